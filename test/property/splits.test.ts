import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import { compile, factsOf } from '../support/acme.ts';
import { runs } from '../support/runs.ts';

/** Ten thousandths as a percentage. */
const percent = (basisPoints: number) => `${basisPoints / 100}%`;

const split = (share: number, second: number) => `routes {
  split canary on caller.user ?? request.id {
    ${percent(share)} as small use haiku
    ${percent(second)} as middle use opus
    otherwise as rest use gpt-pro
  }
  otherwise use haiku
}`;

describe('a branch of a split', () => {
  it('keeps its members when it is widened', () => {
    const shares = fc.tuple(fc.nat(5000), fc.nat(2500), fc.nat(2500));
    const users = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 50, maxLength: 50 });
    fc.assert(
      fc.property(shares, users, ([share, wider, second], keys) => {
        const before = compile(split(share, second));
        const after = compile(split(share + wider, second));
        const branches = ({ program, checked }: typeof before) =>
          keys.map((user) => decide(program, factsOf({ program, checked }, { 'caller.user': user })).splits[0]?.branch);
        const then = branches(after);
        for (const [index, branch] of branches(before).entries()) {
          // A wider first branch may take from the others, and the second from the rest.
          if (branch === 'small') expect(then[index]).toBe('small');
          if (branch === 'middle') expect(['small', 'middle']).toContain(then[index]);
        }
      }),
      { numRuns: runs(40) },
    );
  });
});
