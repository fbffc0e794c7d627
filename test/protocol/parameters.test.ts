import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitInOneField, limitOutput, outputAsked } from '../../src/protocol/parameters.ts';
import { surfaces } from '../../src/protocol/surfaces.ts';

const { parameters } = surfaces.chat;
const limit = fc.option(fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.constantFrom(0, -3, 1.5, '7', null)), {
  nil: undefined,
});
const body = fc.record({ max_tokens: limit, max_completion_tokens: limit });

describe('a bound on the output', () => {
  it('holds in every field that says one, and in the one that the upstream reads', () => {
    fc.assert(
      fc.property(
        body,
        fc.integer({ min: 1, max: 2000 }),
        fc.constantFrom('max_tokens', undefined),
        (asked, most, field) => {
          const sent = limitOutput(asked, parameters, most, field);
          expect(outputAsked(sent, parameters).each).toBeLessThanOrEqual(most);
          if (field !== undefined) expect(Number(sent[field])).toBeLessThanOrEqual(most);
          const before = outputAsked(asked, parameters).each;
          if (before !== undefined) expect(outputAsked(sent, parameters).each).toBeLessThanOrEqual(before);
        },
      ),
    );
  });

  it('is put beside no other name where the upstream knows them all: it would refuse both', () => {
    expect(limitOutput({ max_tokens: 900 }, parameters, 40, 'max_completion_tokens')).toEqual({ max_tokens: 40 });
  });

  it('is said in the one name that an upstream knows, where the caller used another', () => {
    const sent = limitOutput({ max_completion_tokens: 7 }, parameters, 40, 'max_tokens');
    expect(sent).toEqual({ max_completion_tokens: 7, max_tokens: 7 });
  });

  it.each([
    [{ max_completion_tokens: 7 }, { max_tokens: 7 }],
    [{ max_completion_tokens: 7, max_tokens: 5 }, { max_tokens: 5 }],
    [{ max_tokens: 5 }, { max_tokens: 5 }],
    [{ max_completion_tokens: null }, {}],
    [{}, {}],
  ])('is said in that one alone where it knows no other: %j', (asked, sent) => {
    expect(limitInOneField({ model: 'm', ...asked }, parameters, 'max_tokens')).toEqual({ model: 'm', ...sent });
  });
});
