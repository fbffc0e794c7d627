import { describe, expect, it } from 'vitest';
import { Flights } from '../../src/cache/flights.ts';

describe('flights', () => {
  it('have one who leads, and others who hear what came of it', async () => {
    const flights = new Flights<string>();
    const first = flights.board('a');
    const second = flights.board('a');
    if (first.kind !== 'lead' || second.kind !== 'follow') throw new Error('boarded wrongly');
    first.land('done');
    first.land('again');
    expect(await second.landed).toBe('done');
    expect(flights.board('a').kind).toBe('lead');
  });

  it('of another name are others', () => {
    const flights = new Flights<string>();
    expect([flights.board('a').kind, flights.board('b').kind]).toEqual(['lead', 'lead']);
  });

  it('are so many, and each takes so many along', () => {
    const flights = new Flights<string>(2, 1);
    const kinds = ['a', 'a', 'a', 'b', 'c'].map((name) => flights.board(name).kind);
    expect(kinds).toEqual(['lead', 'follow', 'alone', 'lead', 'alone']);
  });
});
