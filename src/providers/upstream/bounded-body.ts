import { badResponse, FailedCall } from './failure.ts';
import type { UpstreamReply } from './upstream-reply.ts';

/** The largest answer that is held whole, in bytes. */
export const largestAnswer = 64 * 1024 * 1024;
/** What a translated stream may come to: whoever translates it keeps its texts until its end. */
const largestStream = 256 * 1024 * 1024;
/** The largest event that is held while its end has not come. */
export const largestEvent = 16 * 1024 * 1024;

/**
 * The bytes of a stream for a reader that has no bounds of its own. Throws a `FailedCall` where there are too many, and where there is not one
 * whole event.
 */
export async function* boundedStream({ headers, body }: UpstreamReply): AsyncGenerator<Uint8Array, void, undefined> {
  const events = /^text\/event-stream/i.test(String(headers['content-type'])) ? new BlankLines() : new Frames();
  let size = 0;
  let open = 0;
  let isEmpty = true;
  try {
    for (let chunk = await body.read(); chunk !== undefined; chunk = await body.read()) {
      size += chunk.length;
      const isEnd = events.isIn(chunk);
      open = isEnd ? 0 : open + chunk.length;
      isEmpty &&= !isEnd;
      if (size > largestStream) throw new FailedCall(badResponse('an answer larger than the gateway takes'));
      if (open > largestEvent) throw new FailedCall(badResponse('an event without an end'));
      yield chunk;
    }
  } finally {
    body.leave();
  }
  if (isEmpty) throw new FailedCall(badResponse('a stream that ended before its first event'));
}

/** AWS's frames begin with their length, in four bytes: https://smithy.io/2.0/aws/amazon-eventstream.html. */
class Frames {
  /** The beginning of a frame whose length is not there yet. */
  #cut = Buffer.alloc(0);
  /** Bytes of the open frame that are still to come; 0 between frames. */
  #missing = 0;

  isIn(chunk: Buffer): boolean {
    let bytes = Buffer.concat([this.#cut, chunk]);
    let isEnd = false;
    while (bytes.length >= (this.#missing === 0 ? 4 : 1)) {
      if (this.#missing === 0) this.#missing = frameLength(bytes);
      const taken = Math.min(this.#missing, bytes.length);
      this.#missing -= taken;
      bytes = bytes.subarray(taken);
      isEnd ||= this.#missing === 0;
    }
    this.#cut = bytes;
    return isEnd;
  }
}

function frameLength(bytes: Buffer): number {
  const length = bytes.readUInt32BE(0);
  if (length < 4 || length > largestEvent) throw new FailedCall(badResponse('a stream of events that are none'));
  return length;
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
