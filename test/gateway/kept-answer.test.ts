import { describe, expect, it } from 'vitest';
import { KeptAnswer } from '../../src/gateway/kept-answer.ts';
import { SentText } from '../../src/gateway/sent-text.ts';
import type { StreamAnswer, UpstreamFailure } from '../../src/protocol/upstream-answer.ts';

const usage = { inputTokens: 1, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 2, reasoningTokens: 0 };
const settled = { usage, doubt: null, cost: 7 };
const headers = { 'content-type': 'text/event-stream', 'openai-processing-ms': '12' };
const failure: UpstreamFailure = {
  kind: 'failure',
  failure: 'network',
  status: null,
  message: 'm',
  code: null,
  param: null,
};

function streamOf(...pieces: readonly string[]): StreamAnswer {
  async function* chunks() {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  return { kind: 'stream', headers, chunks: chunks(), usage: () => usage };
}

/** What becomes of an answer of which the caller reads so many pieces. */
async function keptOf(given: StreamAnswer, most: number, read: number) {
  const heard: unknown[] = [];
  const commit = ({ chunks, ...kept }: { readonly chunks: readonly Uint8Array[] }) =>
    heard.push({ ...kept, text: Buffer.concat(chunks).toString() });
  const kept = new KeptAnswer(given, {
    most,
    commit: (answer) => void commit(answer),
    forget: () => void heard.push('forgotten'),
  });
  const passed = kept.passed({
    answer: kept.answer,
    end: (_told, _written, broken) => {
      heard.push(broken?.failure ?? 'ended');
      return settled;
    },
  });
  if (passed.answer.kind !== 'stream') throw new Error('no stream');
  let count = 0;
  if (read > 0) for await (const _ of passed.answer.chunks) if (++count === read) break;
  passed.end(usage, new SentText(), read < 2 ? failure : undefined);
  passed.end(usage, new SentText());
  return heard;
}

describe('an answer that may be kept', () => {
  it('is kept when its caller has read it all, once, at what it cost', async () => {
    const headersKept = { 'content-type': 'text/event-stream' };
    expect(await keptOf(streamOf('one ', 'two'), 100, 3)).toEqual([
      'ended',
      { kind: 'stream', headers: headersKept, usage, cost: 7, text: 'one two' },
      'ended',
    ]);
  });

  it('is forgotten when its caller leaves, and whoever counts hears why it broke', async () => {
    expect(await keptOf(streamOf('one', 'two'), 100, 1)).toEqual(['forgotten', 'network', 'ended']);
  });

  it('is forgotten as soon as it is too large, and goes on', async () => {
    expect(await keptOf(streamOf('one', 'two', 'three'), 5, 4)).toEqual(['forgotten', 'ended', 'ended']);
  });

  it('is forgotten at once where nothing is to be kept', async () => {
    expect(await keptOf(streamOf('one', 'two'), -1, 3)).toEqual(['forgotten', 'ended', 'ended']);
  });
});
