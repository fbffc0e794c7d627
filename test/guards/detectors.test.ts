import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createInspector } from '../../src/guards/inspector.ts';
import { viewJson } from '../../src/guards/json-view.ts';
import { createUnitIndex } from '../../src/guards/presidio/unit-index.ts';
import { input } from '../support/guard-surroundings.ts';
import { guardConfigs, inspectorOf, requestOf } from './guard-config.ts';

const inspector = inspectorOf(`
  secrets: { kind: secrets }
  parts: { kind: keywords, words: [ he, she, hers, "C++" ], whole_words: false }
  exact: { kind: keywords, words: [ Ada, "C++", "İx" ], match_case: true }
  folded: { kind: keywords, words: [ STRASSE, "éa" ] }
  dates: { kind: json-schema, schema: { type: object, properties: { at: { format: date } } } }
`);
afterAll(() => inspector.close());

async function found(name: string, text: string): Promise<readonly string[]> {
  const guard = inspector.guards.get(name);
  const outcome = guard && (await inspector.inspect(guard, text, input, requestOf(inspector)));
  if (outcome?.kind !== 'findings') throw new Error('failed');
  return outcome.findings.map(({ start, end, rule }) => `${rule}: ${text.slice(start, end)}`);
}

describe('secrets', () => {
  const token = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;

  it.each([`// secretlint-disable\n${token}`, `${token} // secretlint-disable-line`])(
    'cannot be hidden by a comment: %j',
    async (text) => {
      expect(await found('secrets', text)).toEqual([`github: ${token}`]);
    },
  );
});

describe('keywords', () => {
  it('are all found, also one within another', async () => {
    expect(await found('parts', 'ushers of c++')).toEqual(['word-2: she', 'word-1: he', 'word-3: hers', 'word-4: c++']);
  });

  it('stand on their own where nothing else is said', async () => {
    expect(await found('exact', 'Ada, Adam, ada, (Ada) C++. xC++')).toEqual([
      'word-1: Ada',
      'word-1: Ada',
      'word-2: C++',
    ]);
  });

  it('are found in any case', async () => {
    expect(await found('folded', 'İİ Strasse ÉA')).toEqual(['word-1: Strasse', 'word-2: ÉA']);
  });

  it('are those that a search for each finds', async () => {
    const some = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(some, { minLength: 1, maxLength: 6 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd') }),
        async (words, text) => {
          const own = createInspector(
            guardConfigs(`  k: { kind: keywords, whole_words: false, words: ${JSON.stringify(words)} }`),
          );
          const guard = own.guards.get('k');
          const outcome = guard && (await own.inspect(guard, text, input, requestOf(own)));
          const places = words.flatMap((word, index) =>
            [...text].flatMap((_, at) => (text.startsWith(word, at) ? [`${index + 1}@${at}`] : [])),
          );
          const told =
            outcome?.kind === 'findings' ? outcome.findings.map(({ rule, start }) => `${rule.slice(5)}@${start}`) : [];
          expect(told.toSorted()).toEqual(places.toSorted());
          await own.close();
        },
      ),
    );
  });
});

describe('a JSON Schema', () => {
  it.each([
    ['{"at": "2026-13-01"}', 'format'],
    ['[]', 'type'],
    ['{', 'not-json'],
  ])('says which of its words failed: %s', async (text, rule) => {
    expect(await found('dates', text)).toEqual([`${rule}: ${text}`]);
  });
});

describe('the view of a JSON text', () => {
  it('has every unit at its place, escaped or not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const raw = JSON.stringify({ k: text });
        const view = viewJson(raw);
        expect(view.text).toBe(`{"k":"${text}"}`);
        for (let at = 0; at < view.text.length; at++) {
          const { start, end } = view.raw(at, at + 1);
          expect(JSON.parse(`"${raw.slice(start, end).replace(/^"$/, '\\"')}"`)).toBe(view.text[at]);
        }
      }),
    );
  });

  it.each(['{"a": "b', '"\\', '"\\u00', '{a: 4111}', '', '"a" "b'])('is there for what is no JSON: %j', (raw) => {
    expect(viewJson(raw).raw(0, viewJson(raw).text.length)).toEqual({ start: 0, end: raw.length });
  });
});

describe('places counted in code points', () => {
  it('are found again in UTF-16 units', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const unitAt = createUnitIndex(text);
        const points = [...text];
        for (let point = 0; point <= points.length; point++)
          expect(unitAt(point)).toBe(points.slice(0, point).join('').length);
      }),
    );
  });
});
