import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnTable } from '../../src/compile/columns.ts';
import type { Ir } from '../../src/compile/ir.ts';
import type { FactSlot } from '../../src/compile/program.ts';
import { defaultIndexBudget, type Form, indexAll, indexFirst } from '../../src/compile/rule-index.ts';
import { allHolding, Codes, firstHolding, loadColumns, loadIndex } from '../../src/decide/ask-index.ts';
import { evaluate, type FactRow } from '../../src/decide/evaluate.ts';

const runs = Number(process.env['LLMPOLICY_TEST_SCALE'] ?? 1) * 1000;

/** One fact of each kind, and a second number. */
const facts: readonly FactSlot[] = [
  { key: 'stream', type: { kind: 'bool' } },
  { key: 'tier', type: { kind: 'enum', name: 'tier', values: ['free', 'gold', 'internal'] } },
  { key: 'team', type: { kind: 'string' } },
  { key: 'tokens', type: { kind: 'tokens' } },
  { key: 'messages', type: { kind: 'count' } },
  { key: 'tags', type: { kind: 'set' } },
  { key: 'now', type: { kind: 'time' } },
];

const word = fc.constantFrom('a', 'b', 'ab', 'ba', 'free', 'gold');
const number = fc.nat(6);
const relation = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');
const place = fc.constantFrom('all', 'start', 'end', 'anywhere');

const atom: fc.Arbitrary<Ir> = fc.oneof(
  fc.record({
    op: fc.constant('compare' as const),
    fact: fc.constant(0),
    relation: fc.constantFrom('==', '!='),
    value: fc.boolean(),
  }),
  fc.record({
    op: fc.constant('compare' as const),
    fact: fc.constantFrom(1, 2),
    relation: fc.constantFrom('==', '!='),
    value: word,
  }),
  fc.record({ op: fc.constant('compare' as const), fact: fc.constantFrom(3, 4), relation, value: number }),
  fc.record({ op: fc.constant('in' as const), fact: fc.constantFrom(1, 2), values: fc.array(word, { maxLength: 3 }) }),
  fc.record({
    op: fc.constant('in' as const),
    fact: fc.constantFrom(3, 4),
    values: fc.array(number, { maxLength: 3 }),
  }),
  fc.record({ op: fc.constant('has' as const), fact: fc.constant(5), element: word }),
  fc.record({
    op: fc.constant('like' as const),
    fact: fc.constant(2),
    pattern: fc.record({ kind: fc.constant('like' as const), place, text: word }),
  }),
  fc.record({
    op: fc.constant('week' as const),
    fact: fc.constant(6),
    spans: fc.array(
      fc.tuple(number, number).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
      { maxLength: 2 },
    ),
  }),
  fc.record({ op: fc.constant('known' as const), fact: fc.nat(facts.length - 1) }),
);

const { condition } = fc.letrec<{ condition: Ir }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc.record({ op: fc.constant('constant' as const), value: fc.boolean() }),
    fc.record({ op: fc.constant('not' as const), of: tie('condition') }),
    fc.record({ op: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('condition'), { maxLength: 4 }) }),
  ),
}));

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const row: fc.Arbitrary<FactRow> = fc.tuple(
  maybe(fc.boolean()),
  maybe(fc.constantFrom('free', 'gold', 'internal')),
  maybe(fc.oneof(word, fc.string({ maxLength: 3 }))),
  maybe(fc.nat(8)),
  maybe(fc.nat(8)),
  maybe(fc.uniqueArray(word)),
  maybe(fc.nat(8)),
);

const forms: readonly (Form | undefined)[] = [undefined, 'diagram', 'bits', 'scan'];

describe('indexed rules', () => {
  it('hold for the same facts as the conditions that they were made from, in every form', () => {
    fc.assert(
      fc.property(
        fc.array(condition, { maxLength: 40 }),
        fc.array(row, { minLength: 1, maxLength: 8 }),
        (conditions, rows) => {
          const table = new ColumnTable(facts);
          for (const each of conditions) table.add(each);
          const codes = new Codes(loadColumns(table.columns()));
          const codesOf = (values: FactRow) => {
            codes.begin(values);
            return codes;
          };
          for (const form of forms) {
            const first = loadIndex(indexFirst(conditions, table, defaultIndexBudget, form), conditions);
            const all = loadIndex(indexAll(conditions, table, defaultIndexBudget, form), conditions);
            for (const values of rows) {
              const expected = conditions.flatMap((each, index) => (evaluate(each, values) ? [index] : []));
              expect(firstHolding(first, codesOf(values), values)).toBe(expected[0] ?? -1);
              expect(allHolding(all, codesOf(values), values)).toEqual(expected);
            }
          }
        },
      ),
      { numRuns: runs },
    );
  });

  it('fall back from diagram to bit-vectors to a scan when a budget is too small, and say so', () => {
    const thresholds = Array.from(
      { length: 60 },
      (_, index): Ir => ({
        op: 'and',
        of: [3, 4].map((fact) => ({
          op: 'compare',
          fact,
          relation: '>',
          value: ((59 - index) * (fact === 3 ? 1 : 7)) % 60,
        })),
      }),
    );
    const table = new ColumnTable(facts);
    for (const each of thresholds) table.add(each);
    const formFor = (nodes: number, words: number) => indexFirst(thresholds, table, { nodes, work: 1e6, words }).form;
    expect(formFor(50_000, 1e6)).toBe('diagram');
    expect(formFor(3, 1e6)).toBe('bits');
    expect(formFor(3, 10)).toBe('scan');
  });
});
