import { expect, it } from 'vitest';
import { abandonAnswer } from '../../src/gateway/abandon-answer.ts';
import { estimatedUsage, type Written } from '../../src/gateway/sent-text.ts';
import { BrokenStream } from '../../src/protocol/broken-stream.ts';
import type { Usage } from '../../src/protocol/usage.ts';
import { cutShort } from '../../src/providers/upstream/failure.ts';

const event = (text: string) => Buffer.from(`data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`);
const end = (told: Usage | undefined, written: Written) => ({
  usage: told ?? estimatedUsage(written, 20),
  doubt: null,
  cost: undefined,
});
const stream = (chunks: AsyncIterable<Uint8Array>) =>
  ({ kind: 'stream', headers: {}, chunks, usage: () => undefined }) as const;

it('a stream that nobody has begun to read is left, and what it had written counts', async () => {
  let left = false;
  async function* chunks() {
    try {
      yield event('a dozen words that had come before the caller went away again');
      yield event('and more that would have come');
    } finally {
      left = true;
    }
  }
  const { usage } = await abandonAnswer({ answer: stream(chunks()), end });
  expect(left).toBe(true);
  expect(usage).toMatchObject({ inputTokens: 20, estimated: true });
  expect(usage.outputTokens).toBeGreaterThanOrEqual(12);
  expect(usage.outputTokens).toBeLessThan(24);
});

it('a stream that breaks off at its beginning has read what it was sent', async () => {
  // biome-ignore lint/correctness/useYield: it ends before its first event
  async function* chunks(): AsyncGenerator<Uint8Array> {
    throw new BrokenStream(cutShort, false);
  }
  const { usage } = await abandonAnswer({ answer: stream(chunks()), end });
  expect(usage).toMatchObject({ inputTokens: 20, outputTokens: 0, estimated: true });
});
