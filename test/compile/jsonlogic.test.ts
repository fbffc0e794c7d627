import { describe, expect, it } from 'vitest';
import { exportJsonLogic } from '../../src/compile/export-jsonlogic.ts';
import type { Ir } from '../../src/compile/ir.ts';
import { toJsonLogic } from '../../src/compile/jsonlogic.ts';
import { evaluate, type FactRow } from '../../src/decide/evaluate.ts';
import type { Value } from '../../src/semantics/types.ts';
import { compile } from '../support/acme.ts';
import { answerByJsonLogic } from '../support/disagreements.ts';

const relations = ['==', '!=', '<', '<=', '>', '>='] as const;
const numbers = [0, 1, 599_999, 600_000, 600_001, 2 ** 53 - 1];
const texts = [
  '',
  'null',
  'n',
  'nu',
  'l',
  'undefined',
  '0',
  'false',
  'a',
  'ab',
  'aab',
  '\u{1f600}',
  'a\u{1f600}b',
  'é',
];
const sets = [[], ['a'], ['null'], ['a', '\u{1f600}']];

const compared = (values: readonly Value[]): Ir[] =>
  values.flatMap((value) => relations.map((relation): Ir => ({ op: 'compare', fact: 1, relation, value })));
const known: Ir = { op: 'known', fact: 1 };

/** Every atom that can be asked of a kind of fact, with what such a fact can be. */
const kinds: readonly (readonly [kind: string, atoms: readonly Ir[], values: readonly Value[]])[] = [
  ['a yes or no', [known, ...compared([true, false])], [true, false]],
  ['a number', [known, ...compared(numbers), { op: 'in', fact: 1, values: [0, 600_000] }], numbers],
  [
    'a text',
    [
      known,
      ...compared(texts).filter((atom) => atom.op === 'compare' && ['==', '!='].includes(atom.relation)),
      { op: 'in', fact: 1, values: ['a', 'null', ''] },
      { op: 'in', fact: 1, values: [] },
      ...texts.flatMap((text) =>
        (['all', 'start', 'end', 'anywhere'] as const).map(
          (place): Ir => ({ op: 'like', fact: 1, pattern: { kind: 'like', place, text } }),
        ),
      ),
    ],
    texts,
  ],
  ['a set', [known, ...texts.map((element): Ir => ({ op: 'has', fact: 1, element }))], sets],
  [
    'a time of the week',
    [
      known,
      {
        op: 'week',
        fact: 1,
        spans: [
          [0, 1],
          [540, 1080],
          [7000, 10_080],
          [5, 5],
        ],
      },
      { op: 'week', fact: 1, spans: [] },
    ],
    [0, 1, 5, 539, 540, 1079, 1080, 10_079],
  ],
];

/** An atom, and how it may stand among others. */
const around = (atom: Ir): Ir[] => [
  atom,
  { op: 'not', of: atom },
  { op: 'and', of: [atom, { op: 'and', of: [atom, { op: 'known', fact: 0 }] }] },
  {
    op: 'or',
    of: [
      { op: 'or', of: [atom, { op: 'constant', value: false }] },
      { op: 'not', of: atom },
    ],
  },
  { op: 'or', of: [{ op: 'and', of: [] }, atom] },
  { op: 'and', of: [{ op: 'or', of: [] }, atom] },
];

describe('a condition as JsonLogic', () => {
  it.each(kinds)('says of %s what the condition says, missing or not', (_, atoms, values) => {
    const rows: FactRow[] = [['x'], ['x', undefined], ...values.map((value) => ['x', value])];
    for (const condition of atoms.flatMap(around)) {
      for (const row of rows) {
        const said = `${JSON.stringify(toJsonLogic(condition))} of ${JSON.stringify(row)}`;
        const meant = evaluate(condition, row);
        expect(answerByJsonLogic(condition, row), said).toBe(meant);
        // Written as JSON, what is missing may be null.
        expect(answerByJsonLogic(condition, JSON.parse(JSON.stringify(row))), said).toBe(meant);
      }
    }
  });

  it('asks nothing but `===` of what is not there', () => {
    expect(toJsonLogic({ op: 'compare', fact: 7, relation: '<', value: 600_000 })).toEqual({
      and: [{ '!': [{ '===': [{ var: 7 }, null] }] }, { '<': [{ var: 7 }, 600_000] }],
    });
    expect(toJsonLogic({ op: 'compare', fact: 7, relation: '==', value: 'eu' })).toEqual({ '===': [{ var: 7 }, 'eu'] });
  });

  it('is flat, and converts nothing', () => {
    const condition: Ir = {
      op: 'and',
      of: [
        { op: 'compare', fact: 0, relation: '==', value: true },
        {
          op: 'and',
          of: [
            { op: 'has', fact: 1, element: 'phi' },
            { op: 'in', fact: 2, values: ['a'] },
          ],
        },
      ],
    };
    expect(toJsonLogic(condition)).toEqual({
      and: [
        { '===': [{ var: 0 }, true] },
        { '!': [{ '===': [{ var: 1 }, null] }] },
        { in: ['phi', { var: 1 }] },
        { '!': [{ '===': [{ var: 2 }, null] }] },
        { in: [{ var: 2 }, ['a']] },
      ],
    });
  });
});

describe('the conditions of a policy for other hosts', () => {
  const { program } = compile(`
schedule office = mon..fri 09:00..18:00 "Europe/Paris"
@id(residency)
deny model when request.data_region == eu and model.region != eu
@mode(shadow)
deny request when request.prompt matches /secret/
routes {
  route day when now in office use haiku
  split canary on request.id when request.deadline ?? 0s > 10m { 5% use haiku otherwise use opus }
  otherwise use haiku
}
cap output 4k tok when model.region == us and route == day
tag tier = caller.tier`);
  const exported = exportJsonLogic(program);
  const indexOf = (key: string) => exported.facts.find((fact) => fact.key === key)?.index ?? -1;

  it('say whose they are, and what stands at each index', () => {
    expect(exported).toMatchObject({
      format: 'llmpolicy-jsonlogic',
      version: 1,
      policy: 'test',
      edition: 2026,
      digest: program.digest,
    });
    expect(exported.facts.map(({ index }) => index)).toEqual(program.facts.map((_, index) => index));
    expect(exported.facts[indexOf('request.data_region')]).toEqual({
      index: indexOf('request.data_region'),
      key: 'request.data_region',
      type: 'enum',
      values: ['eu', 'us', 'any'],
      absent: 'any',
    });
    expect(exported.facts[indexOf('request.deadline')]).not.toHaveProperty('absent');
    expect(exported.facts[indexOf('route')]).toMatchObject({ derived: true });
  });

  it('name what a host must find out: the answers about texts, and the time in each zone', () => {
    expect(exported.questions).toEqual([
      {
        fact: indexOf('request.prompt matches /secret/'),
        attribute: 'request.prompt',
        pattern: { kind: 'matches', regex: 'secret' },
        absent: 'test',
      },
    ]);
    expect(exported.zones).toEqual([{ fact: indexOf('now.Europe/Paris'), zone: 'Europe/Paris' }]);
  });

  it('hold each rule with its stage, its models and whether it is in the shadow', () => {
    const builtIn = ['context-window', 'endpoint', 'continues'];
    const rules = exported.rules.filter(({ id }) => !builtIn.includes(id) && !id.startsWith('needs-'));
    expect(rules.map(({ id, stage, kind, shadow }) => [stage, kind, id, shadow])).toEqual([
      [1, 'deny model', 'residency', false],
      [1, 'refuse', 'deny-2', true],
      [2, 'route', 'day', false],
      [2, 'split', 'canary', false],
      [3, 'cap', 'cap-1', false],
      [3, 'tag', 'tag-1', false],
    ]);
    const american = ['gpt-4.1-mini', 'gpt-pro', 'gemini-pro'];
    expect(rules[0]?.models?.toSorted()).toEqual(rules[4]?.models?.toSorted());
    expect(rules[4]?.models).toEqual(expect.arrayContaining(american));
    expect(rules[2]).toMatchObject({ models: null });
    expect(rules.at(-1)).toMatchObject({ when: true });
    expect(rules[4]?.when).toEqual({ '===': [{ var: indexOf('route') }, 'day'] });
  });
});
