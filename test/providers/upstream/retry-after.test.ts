import { describe, expect, it } from 'vitest';
import { readRetryAfter } from '../../../src/providers/upstream/retry-after.ts';

const now = new Date('2026-01-05T12:00:00Z');

describe('how long an upstream asks to wait', () => {
  it.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '3', 'retry-after-ms': '250' }, 250],
    [{ 'retry-after': 'Mon, 05 Jan 2026 12:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Mon, 05 Jan 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': '99999999999' }, 86_400_000],
    [{ 'retry-after': 'later' }, undefined],
    [{}, undefined],
  ])('%o is %s ms', (headers, milliseconds) => {
    expect(readRetryAfter(headers, now)).toBe(milliseconds);
  });
});
