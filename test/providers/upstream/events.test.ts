import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventCutter } from '../../../src/providers/native/events.ts';
import { boundedStream } from '../../../src/providers/upstream/bounded-body.ts';
import type { UpstreamReply } from '../../../src/providers/upstream/upstream-reply.ts';

/** The bytes, cut at some of the places where packets may be cut: everywhere. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index])).filter(({ length }) => length > 0);
}

const lineEnd = fc.constantFrom('\n', '\r\n');
const event = fc
  .tuple(fc.string({ unit: 'grapheme', maxLength: 8 }), lineEnd)
  .map(([text, end]) => `data: ${text.replace(/[\r\n]/g, '')}${end}${end}`);
const places = fc.array(fc.nat(), { maxLength: 20 });

/** A stream of that type, as it comes in these packets: each in a turn of its own. */
function reply(type: string, packets: readonly Buffer[]): UpstreamReply {
  const left = [...packets];
  const body = { read: () => Promise.resolve(left.shift()), leave: () => undefined };
  return { headers: { 'content-type': type }, body } as unknown as UpstreamReply;
}

async function passed(type: string, packets: readonly Buffer[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of boundedStream(reply(type, packets))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('events, however they are cut', () => {
  it('are passed on whole, and half of one is kept back', () => {
    fc.assert(
      fc.property(fc.array(event), fc.string({ maxLength: 5 }), places, (events, half, where) => {
        const rest = half.replace(/[\r\n]/g, '');
        const all = Buffer.from(events.join('') + rest);
        const cutter = new EventCutter();
        const pieces = cut(all, where).flatMap((packet) => cutter.push(packet) ?? []);
        for (const piece of pieces) expect(piece.toString()).toMatch(/\n\r?\n$/);
        expect(Buffer.concat(pieces).toString()).toBe(events.join(''));
        expect(cutter.rest()?.toString() ?? '').toBe(rest);
      }),
    );
  });

  it('are seen to be there for those who translate them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1 }), places, async (events, where) => {
        const all = Buffer.from(events.join(''));
        expect(await passed('text/event-stream', cut(all, where))).toEqual(all);
      }),
    );
  });

  it('are seen to be there in AWS’s frames too', async () => {
    const frame = fc.uint8Array({ maxLength: 20 }).map((payload) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(payload.length + 4);
      return Buffer.concat([length, payload]);
    });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1 }), places, async (frames, where) => {
        const all = Buffer.concat(frames);
        expect(await passed('application/vnd.amazon.eventstream', cut(all, where))).toEqual(all);
      }),
    );
  });

  it.each([
    ['text/event-stream', ': a comment\n'],
    ['text/event-stream', 'data: {"a"'],
    ['application/vnd.amazon.eventstream', '\0\0'],
  ])('are none where not one has come to its end: %s %j', async (type, text) => {
    await expect(passed(type, [Buffer.from(text)])).rejects.toMatchObject({
      failure: { failure: 'bad_response', message: 'a stream that ended before its first event' },
    });
  });
});
