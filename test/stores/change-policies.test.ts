import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changedIndex } from '../../src/stores/change-policies.ts';
import { mostVersionBytes, mostVersions, noPolicies, type PolicyChange } from '../../src/stores/policy-store.ts';

const step = fc.record({
  kind: fc.constantFrom('serve', 'serve', 'note', 'shadow', 'end-shadow'),
  policy: fc.constantFrom('a', 'b'),
  digest: fc.constantFrom('1', '2', '3'),
  bytes: fc.constantFrom(1, mostVersionBytes / 3),
});

it('whatever is changed, what is in force and tried stays known, and the rest is bounded', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 2 * mostVersions }), (steps) => {
      let index = noPolicies;
      steps.forEach(({ kind, policy, digest, bytes }, number) => {
        const about = { name: 'main', origin: 'push', by: 'x', message: null, at: number, restores: null } as const;
        const version = { id: String(number), policy, digest, bytes, ...about };
        const content = 'text';
        const changes: Record<string, PolicyChange> = {
          serve: { kind: 'serve', version, content },
          note: { kind: 'note', version, content },
          shadow: { kind: 'shadow', version, content, share: 1 },
          'end-shadow': { kind: 'end-shadow', policy },
        };
        const change = changes[kind];
        if (change === undefined) throw new Error(kind);
        index = changedIndex(index, change);
        // What arrives again changes nothing.
        expect(changedIndex(index, change)).toBe(index);
      });
      const known = new Set(index.versions.map(({ id }) => id));
      const inForce = [...Object.values(index.live), ...Object.values(index.shadows).map(({ id }) => id)];
      expect(inForce.filter((id) => !known.has(id))).toEqual([]);
      const others = index.versions.filter(({ id }) => !inForce.includes(id));
      expect(others.length).toBeLessThanOrEqual(mostVersions);
      const before = others.slice(0, -1).reduce((sum, { bytes }) => sum + bytes, 0);
      expect(before).toBeLessThanOrEqual(mostVersionBytes);
    }),
    { numRuns: 50 },
  );
});
