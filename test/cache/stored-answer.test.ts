import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStored, replayStored, type StoredAnswer, writeStored } from '../../src/cache/stored-answer.ts';
import { runs } from '../support/runs.ts';

const usage = { inputTokens: 1, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 2, reasoningTokens: 0 };

const stored = fc.record({
  kind: fc.constantFrom('whole', 'stream' as const),
  model: fc.string(),
  sent: fc.string(),
  headers: fc.dictionary(fc.string(), fc.string()),
  usage: fc.constant(usage),
  cost: fc.option(fc.nat()),
  at: fc.nat(),
  of: fc.string(),
  chunks: fc.array(fc.uint8Array()),
});

const plain = ({ chunks, ...head }: StoredAnswer) => ({
  ...head,
  headers: { ...head.headers },
  chunks: chunks.map((chunk) => [...chunk]),
});

describe('a stored answer', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(stored, (answer) => {
        const read = readStored(writeStored(answer));
        expect(read && plain(read)).toEqual(plain(answer));
      }),
      { numRuns: runs(200) },
    );
  });

  it('is none where bytes are missing, or there is nothing like it', () => {
    const answer = { kind: 'whole', model: 'm', sent: 's', headers: {}, usage, cost: 1, at: 1, of: 'o' } as const;
    const bytes = writeStored({ ...answer, chunks: [Buffer.from('abc')] });
    expect(readStored(bytes.subarray(0, -1))).toBeUndefined();
    expect(readStored(Buffer.from('{}'))).toBeUndefined();
    expect(readStored(Buffer.from('{}\n'))).toBeUndefined();
    expect(readStored(Buffer.from('no\nno'))).toBeUndefined();
  });

  it('is a stream of the same pieces once more', async () => {
    const answer = {
      kind: 'stream',
      model: 'm',
      sent: 's',
      headers: {},
      usage,
      cost: 1,
      at: 1,
      of: 'o',
    } as const;
    const replayed = replayStored({ ...answer, chunks: ['a', 'b'].map((each) => Buffer.from(each)) });
    if (replayed.kind !== 'stream') throw new Error('no stream');
    const pieces: string[] = [];
    for await (const chunk of replayed.chunks) pieces.push(Buffer.from(chunk).toString());
    expect(pieces).toEqual(['a', 'b']);
  });
});
