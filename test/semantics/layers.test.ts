import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveWithin } from '../../src/cli/workspace.ts';
import { compileSource } from '../../src/compile/compile-source.ts';
import { renderHuman } from '../../src/diagnostics/render/human.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { spanText } from '../../src/diagnostics/span.ts';
import { acme } from '../support/acme.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-layers-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes files below a folder of their own and compiles one of them, as a gateway with its config there does. */
function compile(entry: string, files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(folder, 'config-'));
  mkdirSync(join(root, 'apps'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  const source = createSource(join(root, entry), files[entry] ?? '');
  const { value, diagnostics } = compileSource(source, acme.environment, resolveWithin(root));
  const said = diagnostics.map(({ code, message, primary: { span } }) => {
    const file = span.source.name.slice(root.length + 1);
    return `${file} ${code} ${spanText(span)}: ${message.replaceAll(`${root}/`, '').replaceAll(root, 'ROOT')}`;
  });
  return { value, diagnostics, said, root };
}

const header = (name: string, ...parents: readonly string[]) =>
  `edition 2026\npolicy "${name}"${parents.length > 0 ? ' extends ' : ''}${parents.map((path) => JSON.stringify(path)).join(', ')}\n`;
const routes = 'routes { otherwise use haiku }\n';

describe('`extends`', () => {
  it('finds files by their path from the one that names them', () => {
    const { said } = compile('apps/app.llmpolicy', {
      'apps/app.llmpolicy': `${header('app', '../org.llmpolicy')}${routes}`,
      'org.llmpolicy': `${header('org')}deny model when model == opus and request.stream`,
    });
    expect(said).toEqual([]);
  });

  it.each([
    ['./none.llmpolicy', 'cannot read `./none.llmpolicy`: there is no such file'],
    ['./apps', 'cannot read `./apps`: it is a folder'],
    ['../org.llmpolicy', 'cannot read `../org.llmpolicy`: it lies outside ROOT, the folder of the config'],
    ['/etc/passwd', 'cannot read `/etc/passwd`: it lies outside ROOT, the folder of the config'],
  ])('refuses %s', (path, message) => {
    const { said, value } = compile('app.llmpolicy', { 'app.llmpolicy': `${header('app', path)}${routes}` });
    expect(said).toEqual([`app.llmpolicy bad-parent ${JSON.stringify(path)}: ${message}`]);
    expect(value).toBeUndefined();
  });

  it('refuses a circle, and shows the way round', () => {
    const { said, diagnostics, root } = compile('a.llmpolicy', {
      'a.llmpolicy': `${header('a', './b.llmpolicy')}${routes}`,
      'b.llmpolicy': header('b', './c.llmpolicy'),
      'c.llmpolicy': header('c', './b.llmpolicy'),
    });
    expect(said).toEqual(['c.llmpolicy cyclic-extends "./b.llmpolicy": these files extend one another']);
    expect(diagnostics[0]?.notes.map((note) => note.replaceAll(`${root}/`, ''))).toEqual([
      '`b.llmpolicy` → `c.llmpolicy` → `b.llmpolicy`',
    ]);
  });

  it('counts a file once that is reached in two ways', () => {
    const { said, value } = compile('app.llmpolicy', {
      'app.llmpolicy': `${header('app', './left.llmpolicy', './right.llmpolicy')}${routes}`,
      'left.llmpolicy': header('left', './org.llmpolicy'),
      'right.llmpolicy': header('right', './org.llmpolicy'),
      'org.llmpolicy': `${header('org')}@id(no-opus)\ndeny model when model == opus and request.stream`,
    });
    expect(said).toEqual([]);
    expect(value?.checked.constraints.map(({ id }) => id)).toEqual(['no-opus']);
  });

  it('reports a mistake of a parent where it stands', () => {
    const { said } = compile('app.llmpolicy', {
      'app.llmpolicy': `${header('app', './org.llmpolicy')}${routes}`,
      'org.llmpolicy': `${header('org')}deny request when request.streem`,
    });
    expect(said).toEqual(['org.llmpolicy unknown-attribute request.streem: there is no attribute `request.streem`']);
  });
});

describe('two layers', () => {
  it('may not both have `routes` when they are equally near', () => {
    const { said, diagnostics, root } = compile('app.llmpolicy', {
      'app.llmpolicy': header('app', './left.llmpolicy', './right.llmpolicy'),
      'left.llmpolicy': `${header('left')}${routes}`,
      'right.llmpolicy': `${header('right')}${routes}`,
    });
    expect(said).toEqual([
      'right.llmpolicy equally-near routes { otherwise use haiku }: two parents, equally near, have `routes`',
    ]);
    const [finding] = diagnostics;
    expect(finding && renderHuman(finding).replaceAll(`${root}/`, '')).toContain(
      '= the other is here: left.llmpolicy:3:1',
    );
  });

  it('may have `routes` at different distances: the nearest is used', () => {
    const { said, value } = compile('app.llmpolicy', {
      'app.llmpolicy': header('app', './team.llmpolicy'),
      'team.llmpolicy': `${header('team', './org.llmpolicy')}routes { otherwise use opus }`,
      'org.llmpolicy': `${header('org')}${routes}`,
    });
    expect(said).toEqual([]);
    expect(value?.checked.otherwise.plan).toMatchObject({ picks: [{ models: [1] }] });
  });

  it('need `routes` in one of them', () => {
    const { said } = compile('app.llmpolicy', {
      'app.llmpolicy': header('app', './org.llmpolicy'),
      'org.llmpolicy': header('org'),
    });
    expect(said).toEqual(['app.llmpolicy no-routes "app": the policy has no `routes`']);
  });

  it('share the names of `let`s, rules and counters', () => {
    const org = `${header('org')}let few = { haiku, opus }\nbudget month $5 per month\n`;
    const app = (rules: string) => ({
      'app.llmpolicy': `${header('app', './org.llmpolicy')}${rules}`,
      'org.llmpolicy': org,
    });
    expect(compile('app.llmpolicy', app('routes { otherwise use few }')).said).toEqual([]);
    expect(compile('app.llmpolicy', app(`let few = { opus }\n${routes}`)).said).toEqual([
      'app.llmpolicy name-taken few: `few` is the name of another `let`',
    ]);
    expect(compile('app.llmpolicy', app(`budget month $5 per day\n${routes}`)).said).toEqual([
      'app.llmpolicy declared-twice month: two rules are called `month`',
    ]);
  });

  it('are guarded by what a parent requires, and not by what a child does', () => {
    const requires = 'require caller.team is known else reject 403\n';
    const reads = 'tag team = caller.team\n';
    const files = (app: string, org: string) => ({
      'app.llmpolicy': `${header('app', './org.llmpolicy')}${app}${routes}`,
      'org.llmpolicy': `${header('org')}${org}`,
    });
    expect(compile('app.llmpolicy', files(reads, requires)).said).toEqual([]);
    expect(compile('app.llmpolicy', files(requires, reads)).said).toEqual([
      'org.llmpolicy maybe-missing caller.team: `caller.team` may be missing here',
    ]);
  });

  it('name a parent that removes a model which the child uses', () => {
    const { said, diagnostics, root } = compile('app.llmpolicy', {
      'app.llmpolicy': `${header('app', './org.llmpolicy')}routes { otherwise use opus then haiku }`,
      'org.llmpolicy': `${header('org')}deny model when model == opus`,
    });
    expect(said).toEqual([
      'app.llmpolicy always-denied opus: `opus` is removed by `org#deny-1`, whatever the request is',
    ]);
    const [finding] = diagnostics;
    expect(finding && renderHuman(finding).replaceAll(`${root}/`, '')).toContain('= removed here: org.llmpolicy:3:1');
  });
});
