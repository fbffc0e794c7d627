import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { loadExactCount } from '../../src/gateway/exact-tokens.ts';

const count = await loadExactCount();
const prose = 'It counts what the vocabulary counts, word by word, as long as words have blanks between them. '.repeat(
  40,
);

describe('the exact count of tokens', () => {
  it('is that of the vocabulary', async () => {
    expect(await count([prose])).toBe(countTokens(prose));
    expect(await count([prose, 'Hello!'])).toBe(countTokens(prose) + countTokens('Hello!'));
    expect(await count([])).toBe(0);
  });

  it('takes the vocabulary’s own marks for text', async () => {
    expect(await count(['<|endoftext|>'])).toBeGreaterThan(1);
  });

  it('lets others run while a run without blanks, which takes long, is counted', async () => {
    let turns = 0;
    let isDone = false;
    const turn = () => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    const tokens = await count(['中文'.repeat(200_000)]);
    isDone = true;
    expect(turns).toBeGreaterThan(0);
    expect(tokens).toBeGreaterThan(100_000);
  });

  it('is an estimate beyond a million characters', async () => {
    const text = 'a '.repeat(600_000);
    expect(await count([text])).toBeGreaterThan(500_000);
  });
});
