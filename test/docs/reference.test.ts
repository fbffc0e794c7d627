import { existsSync, readFileSync } from 'node:fs';
import jsonLogic from 'json-logic-js';
import { describe, expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { exportJsonLogic } from '../../src/compile/export-jsonlogic.ts';
import { notingReads } from '../../src/compile/noting-reads.ts';
import { writeCompiled } from '../../src/compile/write-compiled.ts';
import { bucketOf, murmur3 } from '../../src/decide/murmur3.ts';
import { runTest } from '../../src/decide/run-test.ts';
import { renderHuman } from '../../src/diagnostics/render/human.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { acme, compile, policyText } from '../support/acme.ts';

const reference = readFileSync(new URL('../../grammar/reference.md', import.meta.url), 'utf8');
const examples = [...reference.matchAll(/^```llmpolicy(.*)\n([\s\S]*?)^```$/gm)].map(([, info = '', text = '']) => ({
  title: text.split('\n').find((line) => !line.startsWith('edition') && line !== '') ?? '',
  text: text.startsWith('edition') ? text : policyText(text),
  hasParent: info.includes('parent='),
}));

const parent = createSource('org.llmpolicy', policyText('let unused-here = { haiku }'));

describe('the reference', () => {
  it.each(examples)('compiles $title', ({ text, hasParent }) => {
    const source = createSource('example.llmpolicy', text);
    const { value, diagnostics } = compileSource(source, acme.environment, hasParent ? () => parent : undefined);
    const findings = diagnostics
      .filter(({ code }) => code !== 'unused-name')
      .map((diagnostic) => renderHuman(diagnostic));
    expect(findings).toEqual([]);
    for (const test of value?.checked.tests ?? []) {
      expect(runTest(value as NonNullable<typeof value>, test).failures).toEqual([]);
    }
  });

  it('states hashes and buckets as they are', () => {
    const rows = [...reference.matchAll(/^\| `(.*?)` \| (`.*?`|``) \| (\d+) \| (\d+) \|$/gm)];
    expect(rows.length).toBeGreaterThan(3);
    for (const [, salt = '', key = '', hash, bucket] of rows) {
      const text = key.slice(1, -1);
      expect([murmur3(`${salt}\0${text}`), bucketOf(salt, text)]).toEqual([Number(hash), Number(bucket)]);
    }
  });

  it('shows conditions in JsonLogic as they are exported, with what json-logic-js answers', () => {
    const [, rules = '', json = ''] =
      /^```llmpolicy exported\n([\s\S]*?)^```$[\s\S]*?^```json exported\n([\s\S]*?)^```$/m.exec(reference) ?? [];
    const { facts, rules: shown } = JSON.parse(json);
    const exported = exportJsonLogic(compile(rules).program);
    expect(exported.facts).toEqual(expect.arrayContaining(facts));
    expect(exported.rules).toEqual(expect.arrayContaining(shown));
    const rows = [...reference.matchAll(/^\| `(\[.*\])` \| `(true|false)` \|$/gm)];
    expect(rows.length).toBeGreaterThan(2);
    for (const [, data = '', answer] of rows) {
      expect(String(jsonLogic.apply(shown[0].when, JSON.parse(data))), data).toBe(answer);
    }
  });

  it('names the keys of a compiled policy', () => {
    const { program } = compile('cap output 4k tok');
    const file = writeCompiled(program, notingReads(acme.environment).compiledFor(program));
    const table = /^\| key \| \|\n\|---\|---\|\n((?:\|.*\n)*)/m.exec(reference)?.[1] ?? '';
    const named = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)]);
    expect(named.map(([, key]) => key)).toEqual(Object.keys(JSON.parse(file)));
  });

  it('links to what exists', () => {
    const links = [...reference.matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => path);
    expect(
      links.filter(
        (path) => !path.startsWith('https:') && !existsSync(new URL(`../../grammar/${path}`, import.meta.url)),
      ),
    ).toEqual([]);
  });
});
