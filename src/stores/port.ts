import type { StoreCall } from './call-store.ts';
import { StoreUnavailable, type Unavailability } from './store.ts';

/**
 * A two-way channel of structured data: a worker thread, a MessagePort, an IPC channel between processes (with
 * `serialization: 'advanced'`, for the cache holds bytes).
 */
export interface StorePort {
  send(message: unknown): void;
  /** Whoever listens hears every message from now on, and once that the other side has gone. */
  listen(heard: (message: unknown) => void, gone: (why: string) => void): void;
}

/** What is asked in one turn of the loop travels together, and shares a transaction where there is one. */
export interface CallMessage {
  readonly llmpolicyStore: 'calls';
  readonly calls: readonly (StoreCall & { readonly id: number })[];
}

export interface AnswerMessage {
  readonly llmpolicyStore: 'answers';
  readonly answers: readonly CallAnswer[];
}

export type CallAnswer =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: CarriedError };

export interface CarriedError {
  /** Null for a bug on the other side. */
  readonly reason: Unavailability | null;
  readonly message: string;
}

/** Other messages may travel on the same channel; they are passed over. */
export const isCallMessage = (message: unknown): message is CallMessage => mark(message) === 'calls';
export const isAnswerMessage = (message: unknown): message is AnswerMessage => mark(message) === 'answers';

/** Whether a message holds what JSON cannot: only the cache has bytes. */
export function carriesBytes(message: unknown): boolean {
  if (isCallMessage(message)) return message.calls.some(({ method }) => method.startsWith('cache.'));
  return isAnswerMessage(message) && message.answers.some((entry) => 'answer' in entry && hasBytes(entry.answer));
}

const hasBytes = (answer: unknown): boolean => answer instanceof Uint8Array;

const mark = (message: unknown): unknown =>
  typeof message === 'object' && message !== null ? Reflect.get(message, 'llmpolicyStore') : undefined;

export function carriedError(error: unknown): CarriedError {
  if (error instanceof StoreUnavailable) return { reason: error.reason, message: error.message };
  return { reason: null, message: error instanceof Error ? error.message : String(error) };
}

export function thrownError({ reason, message }: CarriedError): Error {
  return reason === null ? new Error(message) : new StoreUnavailable(reason, message);
}
