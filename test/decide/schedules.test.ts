import { describe, expect, it } from 'vitest';
import { decideRules } from '../support/acme.ts';

const isIn = (hours: string, now: string) =>
  decideRules(`schedule hours = ${hours}\nroutes { route yes when now in hours use haiku otherwise use opus }`, { now })
    .route === 'yes';

// 2026-01-05 is a Monday; Paris is an hour ahead of UTC in winter and two in summer.
describe('a schedule', () => {
  it.each([
    ['mon..fri 09:00..18:00 "UTC"', '2026-01-05T08:59:59Z', false],
    ['mon..fri 09:00..18:00 "UTC"', '2026-01-05T09:00:00Z', true],
    ['mon..fri 09:00..18:00 "UTC"', '2026-01-09T17:59:59Z', true],
    ['mon..fri 09:00..18:00 "UTC"', '2026-01-09T18:00:00Z', false],
    ['mon..fri 09:00..18:00 "UTC"', '2026-01-10T12:00:00Z', false],
    ['mon 09:00..18:00 "Europe/Paris"', '2026-01-05T08:00:00Z', true],
    ['mon 09:00..18:00 "Europe/Paris"', '2026-07-06T07:00:00Z', true],
    ['mon 09:00..18:00 "Europe/Paris"', '2026-07-06T06:59:00Z', false],
    ['mon 09:00..18:00 "Europe/Paris"', '2026-07-06T09:00:00+02:00', true],
  ])('%s at %s: %s', (hours, now, expected) => {
    expect(isIn(hours, now)).toBe(expected);
  });

  it.each([
    ['fri 22:00..06:00 "UTC"', '2026-01-09T23:00:00Z', true],
    ['fri 22:00..06:00 "UTC"', '2026-01-10T05:59:00Z', true],
    ['fri 22:00..06:00 "UTC"', '2026-01-10T06:00:00Z', false],
    ['fri 22:00..06:00 "UTC"', '2026-01-09T05:00:00Z', false],
    ['sun 22:00..06:00 "UTC"', '2026-01-05T05:59:00Z', true],
    ['sun 22:00..06:00 "UTC"', '2026-01-05T06:00:00Z', false],
    ['wed 12:00..12:00 "UTC"', '2026-01-08T11:59:00Z', true],
    ['sun 00:00..24:00 "UTC"', '2026-01-04T23:59:00Z', true],
    ['sun 00:00..24:00 "UTC"', '2026-01-05T00:00:00Z', false],
  ])('runs into the next day, also into the next week: %s at %s: %s', (hours, now, expected) => {
    expect(isIn(hours, now)).toBe(expected);
  });

  it.each([
    ['2026-01-11T12:00:00Z', true],
    ['2026-01-12T12:00:00Z', true],
    ['2026-01-13T12:00:00Z', false],
  ])('goes round the end of the week: fri..mon at %s: %s', (now, expected) => {
    expect(isIn('fri..mon 09:00..18:00 "UTC"', now)).toBe(expected);
  });

  it('may have several spans, each in its own zone', () => {
    const hours = 'mon 09:00..10:00 "Asia/Tokyo", mon, wed 09:00..10:00 "America/New_York"';
    expect(isIn(hours, '2026-01-05T00:30:00Z')).toBe(true);
    expect(isIn(hours, '2026-01-05T14:30:00Z')).toBe(true);
    expect(isIn(hours, '2026-01-07T14:30:00Z')).toBe(true);
    expect(isIn(hours, '2026-01-07T00:30:00Z')).toBe(false);
  });
});
