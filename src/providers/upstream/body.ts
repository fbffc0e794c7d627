import { largestAnswer } from './bounded-body.ts';
import type { ReplyBody } from './reply-body.ts';

const largestError = 64 * 1024;

/** A whole body, or undefined if it is larger than any answer should be. */
export async function readAll(body: ReplyBody): Promise<Buffer | undefined> {
  const bytes = await readUpTo(body, largestAnswer);
  return bytes.length > largestAnswer ? undefined : bytes;
}

/** The start of a body that is only read for its words. */
export async function readStart(body: ReplyBody): Promise<string> {
  return (await readUpTo(body, largestError)).toString();
}

/** Stops after the first packet beyond the limit, which ends the connection. */
async function readUpTo(body: ReplyBody, limit: number): Promise<Buffer> {
  const packets: Buffer[] = [];
  let size = 0;
  for await (const packet of body) {
    packets.push(packet);
    size += packet.length;
    if (size > limit) break;
  }
  const [first] = packets;
  return first !== undefined && packets.length === 1 ? first : Buffer.concat(packets);
}
