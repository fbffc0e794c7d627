import { badResponse, FailedCall } from './failure.ts';
import type { UpstreamReply } from './upstream-reply.ts';

/** The largest answer that is held whole, in bytes. */
export const largestAnswer = 64 * 1024 * 1024;
/** What a translated stream may come to: whoever translates it keeps its texts until its end. */
const largestStream = 256 * 1024 * 1024;
/** The largest event that is held while its end has not come. */
export const largestEvent = 16 * 1024 * 1024;

/** The bytes of an answer for a reader that has no bounds of its own: throws a `FailedCall` when there are too many. */
export async function* boundedBody({ headers, body }: UpstreamReply): AsyncGenerator<Uint8Array, void, undefined> {
  const isEvents = /^text\/event-stream/i.test(String(headers['content-type']));
  const limit = isEvents ? largestStream : largestAnswer;
  const blankLines = new BlankLines();
  let size = 0;
  let open = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    open = blankLines.isIn(chunk) ? 0 : open + chunk.length;
    if (size > limit) throw new FailedCall(badResponse('an answer larger than the gateway takes'));
    if (isEvents && open > largestEvent) throw new FailedCall(badResponse('an event without an end'));
    yield chunk;
  }
}

/** Events end with a blank line, which packets may cut anywhere. */
class BlankLines {
  #seam = Buffer.alloc(0);

  isIn(chunk: Buffer): boolean {
    const before = Buffer.concat([this.#seam, chunk.subarray(0, 2)]);
    this.#seam = Buffer.concat([this.#seam, chunk.subarray(-2)]).subarray(-2);
    return hasBlankLine(chunk) || hasBlankLine(before);
  }
}

function hasBlankLine(bytes: Buffer): boolean {
  return bytes.includes('\n\n') || bytes.includes('\n\r\n');
}
