import { largestAnswer } from './bounded-body.ts';
import type { ReplyBody } from './reply-body.ts';

const largestError = 64 * 1024;

/** A whole body, or undefined if it is larger than any answer should be; at once where it has come. */
export function readAll(body: ReplyBody): Buffer | undefined | Promise<Buffer | undefined> {
  const read = body.readUpTo(largestAnswer);
  return read instanceof Promise ? read.then(unlessTooLarge) : unlessTooLarge(read);
}

function unlessTooLarge(bytes: Buffer): Buffer | undefined {
  return bytes.length > largestAnswer ? undefined : bytes;
}

/** The start of a body that is only read for its words. */
export async function readStart(body: ReplyBody): Promise<string> {
  return (await body.readUpTo(largestError)).toString();
}
