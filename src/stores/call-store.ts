import type { Store } from './store.ts';

type Room = Exclude<keyof Store, 'close'>;
type MethodsOf<Name extends Room> = keyof Store[Name] & string;

/** A method of a store and what it is called with: plain data that a port can carry. */
export interface StoreCall {
  readonly method: string;
  readonly words: readonly unknown[];
}

/** What carries calls to a store elsewhere: a thread, another process, a server. */
export interface CallCarrier {
  /** The answer of that method; rejects with `StoreUnavailable`, within the carrier's time limit. */
  call(request: StoreCall): Promise<unknown>;
  close(): Promise<void>;
}

/** Every method of a store, by room: what a port may ask for, and nothing else. */
export const storeMethods: { readonly [Name in Room]: readonly MethodsOf<Name>[] } = {
  counters: ['read', 'reserve', 'settle', 'release'],
  sums: ['add', 'page', 'relabel'],
  keys: ['create', 'find', 'list', 'revoke', 'rotate', 'version'],
  notices: ['claim', 'sent', 'retry'],
  cache: ['get', 'put', 'delete'],
  policies: ['version', 'index', 'content', 'change'],
  health: ['exchange'],
};

/** A store whose every method is carried elsewhere. */
export function storeOf({ call, close }: CallCarrier): Store {
  const room = <Name extends Room>(name: Name): Store[Name] => {
    const methods = storeMethods[name].map((method) => [
      method,
      (...words: readonly unknown[]) => call({ method: `${name}.${method}`, words }),
    ]);
    return Object.fromEntries(methods) as Store[Name];
  };
  return {
    counters: room('counters'),
    sums: room('sums'),
    keys: room('keys'),
    notices: room('notices'),
    cache: room('cache'),
    policies: room('policies'),
    health: room('health'),
    close,
  };
}
