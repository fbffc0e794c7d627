import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CollectedFacts } from '../../src/gateway/collected-facts.ts';

test('facts with a place and facts without one are found and gone through as in a map', () => {
  const places = new Map(['a', 'b', 'c'].map((key, place) => [key, place] as const));
  const key: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'haiku.up', 'x');
  const value = fc.oneof(fc.boolean(), fc.nat(), fc.string(), fc.constant([]));
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value)), (puts) => {
      const facts = new CollectedFacts(places);
      for (const [name, fact] of puts) facts.set(name, fact);
      const map = new Map(puts);
      expect(new Map(facts)).toEqual(map);
      for (const name of ['a', 'b', 'c', 'haiku.up', 'x']) {
        expect(facts.get(name)).toBe(map.get(name));
        expect(facts.has(name)).toBe(map.has(name));
      }
    }),
  );
});

test('facts of one request are no other request’s', () => {
  const places = new Map([['a', 0]]);
  const [one, other] = [new CollectedFacts(places), new CollectedFacts(places)];
  one.set('a', 1);
  one.set('x', 2);
  expect([...other]).toEqual([]);
});
