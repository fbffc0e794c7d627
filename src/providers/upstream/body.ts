import type { Dispatcher } from 'undici';
import { largestAnswer } from './bounded-body.ts';

type Body = Dispatcher.ResponseData['body'];

const largestError = 64 * 1024;

/** A whole body, or undefined if it is larger than any answer should be. `length`: as the upstream states it. */
export async function readAll(body: Body, length: number): Promise<Uint8Array | undefined> {
  if (length <= largestAnswer) return body.bytes();
  const bytes = await readUpTo(body, largestAnswer);
  return bytes.length > largestAnswer ? undefined : bytes;
}

/** The start of a body that is only read for its words. */
export async function readStart(body: Body): Promise<string> {
  return (await readUpTo(body, largestError)).toString();
}

/** Stops after the first packet beyond the limit, which ends the connection. */
async function readUpTo(body: Body, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  return Buffer.concat(chunks);
}
