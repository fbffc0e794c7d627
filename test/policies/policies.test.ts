import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';

/** Runs the command line in this process and keeps what it prints. */
async function run(...words: string[]): Promise<{ status: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await main(words, { out: (text) => out.push(text), err: (text) => err.push(text) });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

describe('the policies of this repository', () => {
  it('are all free of findings', async () => {
    const { status, out, err } = await run('check', 'policies', '--format', 'json');
    expect(err).toBe('');
    expect(JSON.parse(out)).toEqual({ ok: true, diagnostics: [] });
    expect(status).toBe(0);
  });

  it('pass their own tests, each policy having some', async () => {
    const { status, out } = await run('test', 'policies', '--format', 'json');
    const { policies } = JSON.parse(out) as {
      policies: { file: string; tests: { title: string; passed: boolean }[] }[];
    };
    const failed = policies.flatMap(({ file, tests }) =>
      tests.filter(({ passed }) => !passed).map(({ title }) => `${file}: ${title}`),
    );
    expect(failed).toEqual([]);
    expect(policies.filter(({ tests }) => tests.length === 0)).toEqual([]);
    expect(status).toBe(0);
  });

  it('are an org layer, two apps on top of it, six stories and the starter', () => {
    const names = (folder: string) =>
      readdirSync(join('policies', folder)).filter((name) => name.endsWith('.llmpolicy'));
    expect(names('.')).toEqual(['org.llmpolicy', 'starter.llmpolicy']);
    expect(names('apps')).toHaveLength(2);
    expect(names('stories')).toHaveLength(6);
  });
});

describe('the example of the language page', () => {
  const config = join('test', 'fixtures', 'acme', 'gateway.config.yaml');
  const policy = join('test', 'fixtures', 'acme', 'support.llmpolicy');

  it('passes `check` and `test` with the layer that it extends', async () => {
    expect(await run('check', policy, '--config', config)).toMatchObject({ status: 0, err: '' });
    expect(await run('test', policy, '--config', config)).toMatchObject({ status: 0, err: '' });
  });

  it('takes the decision that its own text promises', async () => {
    const facts = { 'request.data_region': 'eu', 'caller.team': 'a', 'caller.tier': 'gold' };
    const { out } = await run(
      'decide',
      policy,
      '--config',
      config,
      '--format',
      'json',
      '--facts',
      JSON.stringify(facts),
    );
    expect(JSON.parse(out)).toMatchObject({
      outcome: 'plan',
      attempts: [{ model: 'haiku' }, { model: 'mistral-small' }],
    });
  });
});
