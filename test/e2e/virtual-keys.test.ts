import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';
import { startGateway } from './gateway-process.ts';

const files = {
  'gateway.config.yaml': `version: 1
policy: main.llmpolicy
auth: { required: true }
providers: { sandbox: { kind: sandbox } }
models: { echo: { provider: sandbox, price_in: $1, price_out: $1, context_window: 32k, max_output: 8k } }
attributes: { caller.tier: { type: enum, values: [free, gold], default: free } }
`,
  'main.llmpolicy': `edition 2026
policy "main"
require caller.team is known else reject 403 "this key belongs to no team"
routes {
  route gold when caller.tier == gold
    use echo
  otherwise reject 403 "gold only"
}
`,
};

const messages = [{ role: 'user' as const, content: 'hello' }];

const openAi = (url: string, apiKey: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
const anthropic = (url: string, apiKey: string) => new Anthropic({ baseURL: url, apiKey, maxRetries: 0 });

/** What comes of a call through either official client: its model, or the error's status and code. */
async function outcomes(url: string, key: string): Promise<readonly unknown[]> {
  const calls = [
    openAi(url, key).chat.completions.create({ model: 'echo', messages }),
    anthropic(url, key).messages.create({ model: 'echo', max_tokens: 20, messages }),
  ];
  const settled = await Promise.allSettled<{ model: string }>(calls);
  return settled.map((result) => {
    if (result.status === 'fulfilled') return result.value.model;
    const { status, error } = result.reason;
    return [status, result.reason.constructor.name, error.code ?? error.error.code];
  });
}

const refused = [401, 'AuthenticationError', 'invalid_api_key'];

describe('virtual keys of two processes over one store', () => {
  it('are served by both as soon as they are made, and refused by both within a second of their end', async () => {
    const folder = projectFolder(files);
    const [one, other] = await Promise.all([startGateway(folder), startGateway(folder)]);
    const run = async (...words: string[]) => {
      const result = await runCommand(['keys', ...words], { cwd: folder });
      expect([result.exitCode, result.err]).toEqual([0, expect.any(String)]);
      return result.out.trim();
    };
    const [gold, free, teamless] = await Promise.all([
      run('create', 'gold', '--team', 'a', '--tier', 'gold'),
      run('create', 'free', '--team', 'a'),
      run('create', 'teamless', '--tier', 'gold'),
    ]);
    const forbidden = (code: string) => [403, 'PermissionDeniedError', code];
    for (const { url } of [one, other]) {
      expect(await outcomes(url, gold)).toEqual(['echo', 'echo']);
      expect(await outcomes(url, free)).toEqual([forbidden('rejected'), forbidden('rejected')]);
      expect(await outcomes(url, teamless)).toEqual([forbidden('required'), forbidden('required')]);
      expect(await outcomes(url, 'sk-unknown-key')).toEqual([refused, refused]);
    }

    const next = await run('rotate', 'gold', '--overlap', '1h');
    for (const { url } of [one, other]) {
      expect(await outcomes(url, gold)).toEqual(['echo', 'echo']);
      expect(await outcomes(url, next)).toEqual(['echo', 'echo']);
    }

    await run('revoke', 'gold');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const { url } of [one, other]) {
      expect(await outcomes(url, gold)).toEqual([refused, refused]);
      expect(await outcomes(url, next)).toEqual([refused, refused]);
    }
  });
});

describe('serve', () => {
  it('says which keys of the store its config overrules', async () => {
    const folder = projectFolder(files);
    await runCommand(['keys', 'create', 'dev', '--team', 'a'], { cwd: folder });
    const text = `${files['gateway.config.yaml']}keys: [ { name: dev, hash: "sha256:${'a'.repeat(64)}" } ]\n`;
    const gateway = await startGateway(
      projectFolder({ ...files, 'gateway.config.yaml': `${text}store: "sqlite:${folder}/.llmpolicy/gateway.db"\n` }),
    );
    expect(gateway.err()).toContain('error: the key `dev` of the store is refused: the config has a key of that name');
  });

  it('does not start where its store cannot be opened', async () => {
    const folder = projectFolder({
      ...files,
      'gateway.config.yaml': `${files['gateway.config.yaml']}store: "redis://:s3cret-word@127.0.0.1:1"\n`,
    });
    const { exitCode, err } = await runCommand(['serve', '--port', '0'], { cwd: folder });
    expect(exitCode).toBe(2);
    expect(err).toContain('the store redis://127.0.0.1:1');
    expect(err).not.toContain('s3cret-word');
  });
});
