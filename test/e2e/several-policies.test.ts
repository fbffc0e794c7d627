import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';
import { pushedConfig, startPushed, using } from './pushed-policies.ts';

const sha256 = (key: string) => `sha256:${hash('sha256', key, 'hex')}`;
const config = pushedConfig(`policies:
  - { for: { caller.app: support }, use: support.llmpolicy }
  - { for: { caller.tier: gold }, use: gold.llmpolicy }
  - { use: main.llmpolicy }
attributes:
  caller.tier: { type: enum, values: [free, gold], default: free }
keys:
  - { name: helper, hash: "${sha256('helper-key')}", app: support, tier: gold }
  - { name: golden, hash: "${sha256('golden-key')}", tier: gold }
  - { name: plain, hash: "${sha256('plain-key')}" }`);

const files = {
  'gateway.config.yaml': config,
  'main.llmpolicy': using('one'),
  'support.llmpolicy': using('two', 'acme/support'),
  'gold.llmpolicy': using('three', 'gold'),
};

const as = (key: string) => ({ authorization: `Bearer ${key}` });

describe('several policies', () => {
  it('are chosen by what the key is, and swapped one by one', async () => {
    const { admin, served, url, err, folder } = await startPushed(files);
    const modelOf = async (key: string) => (await served(as(key))).model;
    const models = async () => [await modelOf('helper-key'), await modelOf('golden-key'), await modelOf('plain-key')];
    expect(await models()).toEqual(['two', 'three', 'one']);
    expect(err()).toContain('serves policies "acme/support", "gold", "main"');
    const digests = new Map(
      (await admin('GET', 'policy')).body.policies.map(({ name, digest }: never) => [name, digest]),
    );
    expect((await served(as('golden-key'))).digest).toBe(digests.get('gold'));
    expect((await admin('GET', 'policy?policy=acme/support')).body).toMatchObject({
      policy: 'caller.app=support',
      for: { 'caller.app': 'support' },
      files: { 'support.llmpolicy': files['support.llmpolicy'] },
    });
    const ready = await (await fetch(`${url}/readyz`)).json();
    expect(ready).toMatchObject({ policies: [{ name: 'acme/support' }, { name: 'gold' }, { name: 'main' }] });

    const pushed = await admin('PUT', 'policy', using('one then two', 'gold'), 'text/plain');
    expect(pushed.body).toMatchObject({ outcome: 'swapped', policy: 'caller.tier=gold', name: 'gold' });
    expect(await models()).toEqual(['two', 'one', 'one']);
    const nobody = await admin('PUT', 'policy', using('one', 'unheard-of'), 'text/plain');
    expect(nobody).toMatchObject({ status: 400, body: { error: { param: 'policy' } } });
    expect(nobody.body.error.message).toContain('`acme/support` (caller.app=support)');
    const renamed = await admin('PUT', 'policy?policy=acme/support', using('three', 'acme/help'), 'text/plain');
    expect(renamed.body).toMatchObject({ outcome: 'swapped', policy: 'caller.app=support', name: 'acme/help' });
    expect(await models()).toEqual(['three', 'one', 'one']);
    expect((await admin('POST', 'policy/rollback')).status).toBe(400);
    await admin('POST', 'policy/rollback', { policy: 'caller.app=support' });
    await admin('POST', 'policy/rollback', { digest: digests.get('gold') });
    expect(await models()).toEqual(['two', 'three', 'one']);
    const { out } = await runCommand(['check'], { cwd: folder });
    expect(out).toContain('3 policies checked, no errors');
  });

  it('are the ones that `decide` asks for a key', async () => {
    const folder = projectFolder(files);
    const planned = async (...words: string[]) => {
      const { out } = await runCommand(['decide', ...words, '--format', 'json'], {
        cwd: folder,
        input: '{"model":"any","messages":[{"role":"user","content":"hello"}]}',
      });
      return JSON.parse(out).policy.name;
    };
    expect(await planned('--request', '-', '--key', 'helper')).toBe('acme/support');
    expect(await planned('--request', '-', '--key', 'golden')).toBe('gold');
    expect(await planned('--request', '-')).toBe('main');
    expect(await planned('--facts', '{"caller.tier":"gold"}')).toBe('gold');
  });
});
