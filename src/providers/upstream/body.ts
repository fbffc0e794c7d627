import { largestAnswer } from './bounded-body.ts';
import type { ReplyBody } from './reply-body.ts';

const largestError = 64 * 1024;

/** A whole body, or undefined if it is larger than any answer should be. */
export async function readAll(body: ReplyBody): Promise<Buffer | undefined> {
  const bytes = await body.readUpTo(largestAnswer);
  return bytes.length > largestAnswer ? undefined : bytes;
}

/** The start of a body that is only read for its words. */
export async function readStart(body: ReplyBody): Promise<string> {
  return (await body.readUpTo(largestError)).toString();
}
