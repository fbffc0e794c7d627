import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { programStats } from '../../src/compile/program-stats.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { Facts } from '../../src/decide/facts.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { disagreements } from '../support/disagreements.ts';
import { runs } from '../support/runs.ts';

const attributes = Array.from({ length: 40 }, (_, index) => `request.n${index}`);
const config = `version: 1
policy: wide.llmpolicy
providers: { box: { kind: sandbox, region: eu }, far: { kind: sandbox, region: us } }
models: { a: { provider: box, context_window: 32k }, b: { provider: far, context_window: 32k } }
attributes:
${attributes.map((key, index) => `  ${key}: { type: count, ${index % 4 === 0 ? 'optional: true' : 'default: 0'}, from: [header x-n${index}] }`).join('\n')}
`;

/** Thresholds that nothing connects: a diagram of them has a node for nearly every way in which they can come out. */
const above = (index: number): string => {
  const place = (index * 7 + 3) % attributes.length;
  return `${attributes[place]}${place % 4 === 0 ? ' ?? 5' : ''} ${index % 2 === 0 ? '>' : '<='} ${(index * 13) % 100}`;
};
const four = (index: number) => [0, 11, 23, 37].map((step) => above(index + step)).join(' and ');
/** A normal form of 2⁷ terms. */
const large = Array.from({ length: 7 }, (_, index) => `(${above(index)} or ${above(index + 20)})`).join(' and ');

const numbered = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => write(index)).join('\n');
const policyOf = (more: string, caps: string) => `edition 2026
policy "wide"
${numbered(60, (index) => `deny model when ${four(index + 5)} and model.region == ${index % 2 === 0 ? 'eu' : 'us'}`)}
routes {
${more}
${numbered(60, (index) => `  route r${index} when ${four(index)} use a then b`)}
  otherwise use b
}
${numbered(60, (index) => `cap output ${index + 1}k tok when ${four(index + 9)}`)}
${caps}
`;

const environment = readConfig(createSource('gateway.config.yaml', config), {}).value?.environment;
const compile = (text: string) => environment && compileSource(createSource('wide.llmpolicy', text), environment).value;

/** Each attribute some number or, where it may be, missing. */
const facts: fc.Arbitrary<Facts> = fc
  .array(fc.option(fc.nat(100), { nil: undefined, freq: 8 }), { minLength: 40, maxLength: 40 })
  .map(
    (values) =>
      new Map(
        attributes.flatMap((key, index) => {
          const value = values[index];
          return value === undefined ? [] : [[key, value] as const];
        }),
      ),
  );

describe.each([
  ['', policyOf('', ''), 'a diagram would grow over its budget', 0],
  [
    ', and a condition of 128 terms',
    policyOf(`route large when ${large} use b then a`, `cap time 1m when ${large}`),
    'a condition has more than 64 terms',
    1,
  ],
])('a policy of thresholds on forty attributes that nothing connects%s', (_, text, why, direct) => {
  const policy = compile(text);

  it('compiles, by another form than a diagram, and says why', () => {
    const lists = policy && programStats(policy.program).lists;
    expect(lists).toMatchObject([
      { list: 'constraints', form: 'bits' },
      { list: 'routes', form: 'bits', why, size: { direct } },
      { list: 'obligations', form: 'bits', size: { direct } },
    ]);
  });

  it('is decided as its meaning says', () => {
    expect(policy).toBeDefined();
    fc.assert(
      fc.property(fc.array(facts, { minLength: 1, maxLength: 100, size: 'max' }), (requests) => {
        expect(policy && disagreements({ ...policy, requests })).toEqual([]);
      }),
      { numRuns: runs(2) },
    );
  });
});
