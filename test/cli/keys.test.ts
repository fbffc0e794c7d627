import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { configOf, sandboxInventory } from '../gateway/sample-config.ts';
import { decisionFor, policyOf } from '../gateway/sample-decision.ts';
import { runGateway } from '../http/running-gateway.ts';
import { runMain } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';

const inventory = `version: 1
policy: main.llmpolicy
auth: { required: true }
attributes: { caller.tier: { type: enum, values: [free, gold], default: free } }
keys: [ { name: built-in, hash: "sha256:${'a'.repeat(64)}" } ]
`;

/** `llmpolicy keys …` over the store of a config of its own. */
function keysIn(more = '') {
  const folder = projectFolder({ 'gateway.config.yaml': `${inventory}${more}` });
  const run = (...words: string[]) => runMain('keys', ...words, '--config', join(folder, 'gateway.config.yaml'));
  return { folder, run };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('keys', () => {
  it('are made in the store of the config, shown once, listed, rotated and revoked', async () => {
    const { folder, run } = keysIn();
    const made = await run('create', 'dev', '--team', 'a', '--set', 'tier=gold', '--expires', '2099-01-01');
    expect(made).toMatchObject({
      exitCode: 0,
      err: 'the key `dev`, until 2099-01-01T00:00:00.000Z: shown once, only its hash is kept\n',
    });
    const key = made.out.trim();
    expect(key).toMatch(/^lp-\w{49}$/);
    expect(await run('list')).toMatchObject({
      exitCode: 0,
      out: [
        'name      state   source  expires                   attributes\n',
        'built-in  active  config  never\n',
        'dev       active  store   2099-01-01T00:00:00.000Z  team=a tier=gold\n',
      ].join(''),
    });
    const rotated = await run('rotate', 'dev', '--overlap', '1h', '--format', 'json');
    expect(JSON.parse(rotated.out)).toMatchObject({ name: 'dev', overlapUntil: expect.any(String) });
    expect(await run('revoke', 'dev')).toEqual({
      exitCode: 0,
      out: '',
      err: '`dev` is revoked: every process of the gateway refuses it within a second\n',
    });
    const { keys } = JSON.parse((await run('list', '--format', 'json')).out);
    expect(keys[1]).toMatchObject({ name: 'dev', state: 'revoked', source: 'store' });
    const files = readdirSync(join(folder, '.llmpolicy')).map((name) =>
      readFileSync(join(folder, '.llmpolicy', name), 'latin1'),
    );
    expect(files.join('')).toContain(hash('sha256', key, 'hex'));
    expect(files.join('')).not.toContain(key.slice(3));
  });

  it.each([
    [
      ['create', 'x', '--tier', 'glod'],
      1,
      '`caller.tier` must be one of free, gold, and it is `glod`; did you mean `gold`?',
    ],
    [['create', 'x', '--set', 'tem=a'], 1, '`tem` is no attribute of a key: did you mean `team`?'],
    [['create', 'x', '--set', 'tier'], 2, '--set tier: write an attribute and its value'],
    [['create'], 2, 'give the key a name'],
    [['create', 'built-in'], 1, 'there is a key `built-in` in the config'],
    [['create', 'x', '--expires', 'soon'], 1, '`expires` must be an instant'],
    [['revoke', 'x'], 1, 'there is no key `x`'],
    [['rotate', 'built-in'], 1, "the key `built-in` is the config's"],
    [['list', '--url', 'nowhere'], 2, 'set LLMPOLICY_ADMIN_TOKEN to the admin token of that gateway'],
    [['list', '--format', 'junit'], 2, 'this command does not print'],
  ])('%j ends with %i and says what to do', async (words, exitCode, message) => {
    const { run } = keysIn();
    const result = await run(...words);
    expect(result.err).toContain(message);
    expect(result).toMatchObject({ exitCode, out: '' });
  });

  it('of a store in memory are the running gateway’s only', async () => {
    const { run } = keysIn('store: memory\n');
    const { exitCode, err } = await run('create', 'dev');
    expect(err).toContain('the store of this config is memory, which only the running gateway has: add --url');
    expect(exitCode).toBe(2);
  });

  it('end with the reason where the store cannot be opened', async () => {
    const { run } = keysIn('store: "redis://:s3cret-word@127.0.0.1:1"\n');
    const { exitCode, err } = await run('list');
    expect(err).toContain('the store redis://127.0.0.1:1');
    expect(err).not.toContain('s3cret-word');
    expect(exitCode).toBe(2);
  });

  it('may be kept in the config alone', async () => {
    const { folder, run } = keysIn();
    const { out, err } = await run('create', 'app', '--for-config', '--team', 'a', '--debug');
    const entry = { name: 'app', hash: `sha256:${hash('sha256', out.trim(), 'hex')}`, team: 'a', debug: true };
    expect(err).toContain(`  - ${JSON.stringify(entry)}\n`);
    expect(readdirSync(folder)).toEqual(['gateway.config.yaml']);
  });
});

describe('keys --url', () => {
  async function openGateway() {
    const config = configOf(`${sandboxInventory}auth: { required: true, admin_token: adm1n-token }\n`);
    return runGateway(
      config,
      policyOf(() => decisionFor(config, ['echo'])),
    );
  }

  it('reaches a running gateway, whatever its store', async () => {
    const { url, post } = await openGateway();
    vi.stubEnv('LLMPOLICY_ADMIN_TOKEN', 'adm1n-token');
    const run = (...words: string[]) => runMain('keys', ...words, '--url', url);
    const key = (await run('create', 'a/b', '--team', 'x')).out.trim();
    const echo = { model: 'echo', messages: [{ role: 'user', content: 'hello' }] };
    expect((await post(echo, { 'x-api-key': key })).status).toBe(200);
    expect((await run('list')).out).toMatch(/^a\/b {3}active {2}store {3}never {4}team=x$/m);
    expect((await run('rotate', 'a/b')).out).toMatch(/^lp-/);
    expect((await run('revoke', 'a/b')).exitCode).toBe(0);
    expect(await run('revoke', 'none')).toEqual({
      exitCode: 1,
      out: '',
      err: `llmpolicy: ${url} refused: there is no key \`none\`\n`,
    });
  });

  it('says what keeps it from it', async () => {
    const { url } = await openGateway();
    vi.stubEnv('LLMPOLICY_ADMIN_TOKEN', 'wrong-token');
    expect((await runMain('keys', 'list', '--url', url)).err).toContain('refused: send the admin token');
    expect((await runMain('keys', 'list', '--url', `${url}/healthz/..%2f..`)).err).toContain('refused: ');
    expect((await runMain('keys', 'list', '--url', 'http://127.0.0.1:1')).err).toContain('does not answer');
    expect((await runMain('keys', 'list', '--url', 'ftp://x')).err).toContain('--url ftp://x is not an address');
  });
});
