import { type StoreCall, storeMethods } from './call-store.ts';
import type { Engine } from './engine.ts';
import type { Store } from './store.ts';

const known: ReadonlySet<string> = new Set(
  Object.entries(storeMethods).flatMap(([room, methods]) => methods.map((method) => `${room}.${method}`)),
);

/** Calls the method that is named, of an engine or a whole store. Anything but a method of the contract is a bug. */
export function callEngine(owner: Engine | Store, { method, words }: StoreCall): unknown {
  if (!known.has(method)) throw new Error(`a store has no method ${method}`);
  const [room = '', name = ''] = method.split('.');
  const methods = Reflect.get(owner, room) as Readonly<Record<string, (...words: readonly unknown[]) => unknown>>;
  return methods[name]?.(...words);
}
