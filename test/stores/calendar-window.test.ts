import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowAt } from '../../src/stores/calendar-window.ts';

const zones = [
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Africa/Cairo',
];
const windows = ['second', 'min', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
const at = (text: string) => Date.parse(text);

describe('calendar windows', () => {
  it('hold their instant, and the next begins where one ends', () => {
    const instants = fc.integer({ min: at('2000-01-01T00:00Z'), max: at('2040-01-01T00:00Z') });
    fc.assert(
      fc.property(fc.constantFrom(...windows), fc.constantFrom(...zones), instants, (window, zone, now) => {
        const { start, end } = windowAt(window, now, zone);
        expect(start).toBeLessThanOrEqual(now);
        expect(end).toBeGreaterThan(now);
        if (window !== 'hour') expect(windowAt(window, end ?? 0, zone).start).toBe(end);
        expect(windowAt(window, start ?? 0, zone)).toEqual({ start, end });
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['day', '2026-03-29T12:00Z', 'Europe/Paris', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
    ['day', '2026-10-25T12:00Z', 'Europe/Paris', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
    ['week', '2026-01-11T23:59Z', 'UTC', '2026-01-05T00:00Z', '2026-01-12T00:00Z'],
    ['month', '2026-03-31T22:30Z', 'Europe/Paris', '2026-03-31T22:00Z', '2026-04-30T22:00Z'],
    ['quarter', '2026-06-30T23:00Z', 'UTC', '2026-04-01T00:00Z', '2026-07-01T00:00Z'],
    ['year', '2026-12-31T23:30Z', 'Asia/Kathmandu', '2026-12-31T18:15Z', '2027-12-31T18:15Z'],
    ['hour', '2026-01-01T00:20Z', 'Asia/Kathmandu', '2026-01-01T00:15Z', '2026-01-01T01:15Z'],
    ['day', '2018-11-04T12:00Z', 'America/Sao_Paulo', '2018-11-04T03:00Z', '2018-11-05T02:00Z'],
  ] as const)('of a %s at %s in %s', (window, now, zone, start, end) => {
    expect(windowAt(window, at(now), zone)).toEqual({ start: at(start), end: at(end) });
  });
});
