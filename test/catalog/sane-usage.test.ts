import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { saneUsage } from '../../src/catalog/sane-usage.ts';
import type { Usage } from '../../src/protocol/usage.ts';
import { runs } from '../support/runs.ts';

const told: Usage = {
  inputTokens: 100,
  cachedInputTokens: 60,
  cacheWriteTokens: 20,
  outputTokens: 40,
  reasoningTokens: 9,
};
const estimated: Usage = {
  inputTokens: 7,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 3,
  reasoningTokens: 0,
};
const bounds = { estimate: () => estimated, mostInput: 1000, mostOutput: 500 };

describe('the usage that an upstream tells', () => {
  it('is taken as it is where it can be', () => {
    expect(saneUsage(told, bounds)).toEqual({ usage: told, doubt: null });
    expect(saneUsage({ ...told, inputTokens: 1000, outputTokens: 500 }, bounds).doubt).toBeNull();
  });

  it.each([
    ['none at all', undefined, 'uncounted'],
    ['a negative count', { ...told, outputTokens: -1 }, 'no-count'],
    ['no number', { ...told, inputTokens: Number.NaN }, 'no-count'],
    ['without end', { ...told, inputTokens: Number.POSITIVE_INFINITY }, 'no-count'],
    ['half a token', { ...told, cachedInputTokens: 0.5 }, 'no-count'],
    ['a negative part', { ...told, audioInputTokens: -4 }, 'no-count'],
    ['more than is exact', { ...told, outputTokens: 2 ** 60 }, 'no-count'],
    ['more than the model reads', { ...told, inputTokens: 1001 }, 'implausible'],
    ['more than the model writes', { ...told, outputTokens: 501 }, 'implausible'],
  ] as const)('is replaced by the estimate, and flagged: %s', (_, usage, doubt) => {
    expect(saneUsage(usage, bounds)).toEqual({ usage: estimated, doubt });
  });

  it('keeps its totals where parts are more than their whole, and is flagged', () => {
    const usage = { ...told, cachedInputTokens: 101, cacheWriteHourTokens: 21 };
    expect(saneUsage(usage, bounds)).toEqual({
      usage: { ...told, cachedInputTokens: 100, cacheWriteHourTokens: 20 },
      doubt: 'inconsistent',
    });
  });

  it('is always counts within the bounds, whatever was told', () => {
    const anything = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger());
    const usage = fc.record({
      inputTokens: anything,
      cachedInputTokens: anything,
      cacheWriteTokens: anything,
      outputTokens: anything,
      reasoningTokens: anything,
      audioInputTokens: anything,
    });
    fc.assert(
      fc.property(usage, (of) => {
        const { usage: booked } = saneUsage(of, bounds);
        const all = Object.values(booked);
        expect(all.every((value) => Number.isSafeInteger(value) && value >= 0 && value <= 1000)).toBe(true);
      }),
      { numRuns: runs(300) },
    );
  });
});
