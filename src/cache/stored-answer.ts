import { isJsonObject, parseJsonObject } from '../protocol/json.ts';
import type { AnswerHeaders, StreamAnswer, WholeAnswer } from '../protocol/upstream-answer.ts';
import type { Usage } from '../protocol/usage.ts';

/** An answer as its model gave it, before guards on output, to be given again. */
export interface StoredAnswer {
  readonly kind: 'whole' | 'stream';
  /** Of the catalogue. */
  readonly model: string;
  /** The fingerprint of what that model was sent. */
  readonly sent: string;
  readonly headers: AnswerHeaders;
  readonly usage: Usage;
  /** What it cost, in nano-units; null where that is not known. */
  readonly cost: number | null;
  /** When it was given, in milliseconds since 1970. */
  readonly at: number;
  /** The ledger's id of the request that it was given to. */
  readonly of: string;
  /** The body, or a stream's events, cut between events as they came. */
  readonly chunks: readonly Uint8Array[];
}

const lineFeed = 10;
const decoder = new TextDecoder();

/** A line of JSON, and the chunks behind it. */
export function writeStored({ chunks, ...head }: StoredAnswer): Uint8Array {
  const line = JSON.stringify({ ...head, sizes: chunks.map(({ length }) => length) });
  return Buffer.concat([Buffer.from(`${line}\n`), ...chunks]);
}

/** Undefined for bytes that nobody here wrote. */
export function readStored(bytes: Uint8Array): StoredAnswer | undefined {
  const end = bytes.indexOf(lineFeed);
  const head = end < 0 ? undefined : parseJsonObject(decoder.decode(bytes.subarray(0, end)));
  if (!head || !Array.isArray(head['sizes']) || !isJsonObject(head['headers'])) return undefined;
  const { sizes, ...stored } = head as unknown as Omit<StoredAnswer, 'chunks'> & { readonly sizes: readonly number[] };
  const chunks: Uint8Array[] = [];
  let at = end + 1;
  for (const size of sizes) {
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return at === bytes.length ? { ...stored, chunks } : undefined;
}

/** The answer once more: a stream as a stream, no faster than it is read. */
export function replayStored({ kind, headers, usage, chunks }: StoredAnswer): WholeAnswer | StreamAnswer {
  if (kind === 'whole') return { kind, headers, body: chunks[0] ?? new Uint8Array(), usage };
  return { kind, headers, chunks: eachOf(chunks), usage: () => usage };
}

async function* eachOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}
