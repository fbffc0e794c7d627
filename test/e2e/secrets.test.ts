import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerJson, completion, scriptUpstream } from '../providers/scripted-upstream.ts';
import { runCommand } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';
import { startGateway } from './gateway-process.ts';

const request = { model: 'own', messages: [{ role: 'user', content: 'hi' }] };

/** Answers those who show the key that is right at the moment. */
async function upstreamKnowing(rightKey: string) {
  const right = { key: rightKey };
  const upstream = await scriptUpstream((response, { headers }) =>
    headers.authorization === `Bearer ${right.key}`
      ? answerJson(response, 200, completion)
      : answerJson(response, 401, { error: { message: `no such key: ${headers.authorization}` } }),
  );
  return { ...upstream, right };
}

function files(baseUrl: string, keys: string) {
  return {
    'gateway.config.yaml': `version: 1
policy: main.llmpolicy
auth: { required: false }
providers: { own: { kind: openai-compatible, base_url: "${baseUrl}", ${keys} } }
models: { own: { provider: own, context_window: 32k } }
`,
    'main.llmpolicy': 'edition 2026\npolicy "main"\nroutes { otherwise use own }\n',
  };
}

describe('keys in files and commands', () => {
  it('are read at the start, and again on SIGHUP, when a key that was refused is tried again', async () => {
    const upstream = await upstreamKnowing('first-key-12345');
    const folder = projectFolder({
      ...files(upstream.baseUrl, 'api_key: "file:key.txt"'),
      'key.txt': 'first-key-12345\n',
    });
    const gateway = await startGateway(folder);
    expect((await gateway.post(request)).status).toBe(200);

    upstream.right.key = 'second-key-6789';
    const refused = await gateway.post(request);
    expect(refused.status).toBe(502);
    expect(await refused.text()).toContain('no such key: [secret]');
    writeFileSync(join(folder, 'key.txt'), 'second-key-6789');
    expect((await gateway.post(request)).status).toBe(502);
    expect(upstream.calls).toHaveLength(2);

    gateway.process.kill('SIGHUP');
    await gateway.says('secrets read again');
    expect((await gateway.post(request)).status).toBe(200);

    rmSync(join(folder, 'key.txt'));
    gateway.process.kill('SIGHUP');
    await gateway.says('secrets not replaced: provider own: the file key.txt cannot be read (ENOENT)');
    expect((await gateway.post(request)).status).toBe(200);

    gateway.process.kill('SIGTERM');
    const { out } = await gateway.ended;
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ msg }) => msg === 'key rests')).toMatchObject([
      { level: 'warn', provider: 'own', position: 1, failure: 'auth', status: 401, restsMs: null },
    ]);
    expect(lines.find(({ status }) => status === 502)?.attempts).toMatchObject([
      { model: 'own', failure: 'auth', status: 401, said: 'no such key: [secret]' },
    ]);
    expect(out).not.toMatch(/first-key|second-key/);
  });

  it('may be what a command prints', async () => {
    const upstream = await upstreamKnowing('from-a-command');
    const command = JSON.stringify([process.execPath, '-e', "console.log('from-a-command')"]);
    const gateway = await startGateway(projectFolder(files(upstream.baseUrl, `api_key: { exec: ${command} }`)));
    expect((await gateway.post(request)).status).toBe(200);
  });

  it('that cannot be had keep the gateway from starting', async () => {
    const folder = projectFolder(files('http://127.0.0.1:9/v1', 'api_key: "file:none.txt"'));
    const { exitCode, err } = await runCommand(['serve', '--port', '0'], { cwd: folder });
    expect(exitCode).toBe(2);
    expect(err).toContain('provider own: the file none.txt cannot be read (ENOENT)');
  });
});
