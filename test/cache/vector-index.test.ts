import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitVector, type VectorEntry, VectorIndex } from '../../src/cache/vector-index.ts';
import { runs } from '../support/runs.ts';

const unit = (...numbers: number[]) => unitVector(numbers) ?? new Float32Array();
const entryOf = (key: string, vector: Float32Array, parts: Partial<VectorEntry> = {}): VectorEntry => ({
  frame: 'f',
  vector,
  endsAt: 1000,
  model: 'm',
  sent: 's',
  key,
  of: key,
  ...parts,
});
const queryOf = (vector: Float32Array, above: number) => ({
  scope: 'a',
  frame: 'f',
  vector,
  above,
  now: 0,
  accepts: () => true,
});

describe('an index of vectors', () => {
  it('finds the nearest that is near enough, as one who compares them all', () => {
    const vector = fc
      .array(fc.integer({ min: -5, max: 5 }), { minLength: 3, maxLength: 3 })
      .filter((all) => all.some(Boolean));
    fc.assert(
      fc.property(
        fc.array(vector, { maxLength: 20 }),
        vector,
        fc.integer({ min: 0, max: 10_000 }),
        (known, asked, above) => {
          const index = new VectorIndex(100);
          for (const [at, each] of known.entries()) index.add('a', entryOf(String(at), unit(...each)), 0);
          const cosine = (one: number[], other: number[]) =>
            one.reduce((sum, each, at) => sum + each * (other[at] ?? 0), 0) /
            (Math.hypot(...one) * Math.hypot(...other));
          const best = Math.max(-1, ...known.map((each) => cosine(each, asked)));
          const found = index.nearest(queryOf(unit(...asked), above));
          if (best * 10_000 < above - 1) expect(found).toBeUndefined();
          if (best * 10_000 > above + 1)
            expect(found && Math.abs(found.similarity - best * 10_000)).toBeLessThanOrEqual(1.01);
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it('finds nothing of another scope or frame, of another length, or whose time is over', () => {
    const index = new VectorIndex(100);
    index.add('a', entryOf('1', unit(1, 0)), 0);
    const query = queryOf(unit(1, 0), 9000);
    expect(index.nearest(query)?.similarity).toBe(10_000);
    expect(index.nearest({ ...query, scope: 'b' })).toBeUndefined();
    expect(index.nearest({ ...query, frame: 'g' })).toBeUndefined();
    expect(index.nearest({ ...query, vector: unit(1, 0, 0) })).toBeUndefined();
    expect(index.nearest({ ...query, now: 1000 })).toBeUndefined();
    expect(index.nearest({ ...query, accepts: () => false })).toBeUndefined();
  });

  it('holds so many of a scope, the newest', () => {
    const index = new VectorIndex(2);
    for (const key of ['1', '2', '3']) index.add('a', entryOf(key, unit(1, Number(key))), 0);
    expect(index.nearest(queryOf(unit(1, 1), 9999))).toBeUndefined();
    expect(index.nearest(queryOf(unit(1, 3), 9999))?.entry.key).toBe('3');
  });

  it('holds so many bytes, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 600 })), { maxLength: 60 }),
        (added) => {
          const index = new VectorIndex(1000, 10_000);
          for (const [at, [scope, size]] of added.entries()) {
            index.add(scope, entryOf(String(at), new Float32Array(size).fill(1)), 0);
            expect(index.bytes).toBeLessThanOrEqual(10_000);
            expect(index.bytes).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { numRuns: runs(100) },
    );
  });

  it('knows no place for a text that has none', () => {
    expect(unitVector([])).toBeUndefined();
    expect(unitVector([0, 0])).toBeUndefined();
    expect(unitVector([Number.MAX_VALUE, Number.MAX_VALUE])).toBeUndefined();
  });
});
