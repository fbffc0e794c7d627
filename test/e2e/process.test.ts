import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scriptUpstream } from '../providers/scripted-upstream.ts';
import { type CommandResult, runCommand, runMain } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';
import { startGateway } from './gateway-process.ts';
import { answerByName, inventory, mockUpstream, policyText } from './mocked-upstream.ts';

const nowhere = 'http://127.0.0.1:9/v1';
const useSmall = policyText('routes { otherwise use small }');
const request = { model: 'any', messages: [{ role: 'user' as const, content: 'a private prompt' }] };

const filesFor = (baseUrl: string, policy = useSmall) => ({
  'gateway.config.yaml': inventory(baseUrl),
  'main.llmpolicy': policy,
});

const event = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'up-small',
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`;

it('a gateway serves on when nobody reads any more what it says', async () => {
  const { baseUrl } = await mockUpstream(answerByName);
  const gateway = await startGateway(projectFolder(filesFor(baseUrl)));
  gateway.process.stderr?.destroy();
  gateway.process.stdout?.destroy();
  // It says that it has read its files again, and logs a line for each request.
  gateway.process.kill('SIGHUP');
  for (let count = 0; count < 200; count++) {
    const response = await gateway.post(request);
    expect(response.status).toBe(200);
    await response.text();
  }
  gateway.process.kill('SIGTERM');
  const [exitCode] = await once(gateway.process, 'exit');
  expect(exitCode).toBe(0);
});

describe('a gateway that is told to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s lets a stream in flight end, and exits with 0', async (signal) => {
    const mayEnd = Promise.withResolvers<void>();
    const { baseUrl } = await scriptUpstream(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event({ role: 'assistant', content: 'first ' }));
      await mayEnd.promise;
      response.end(`${event({ content: 'and last' })}${event({}, 'stop')}data: [DONE]\n\n`);
    });
    const gateway = await startGateway(projectFolder(filesFor(baseUrl)));
    const stream = await gateway.client.chat.completions.create({ ...request, stream: true });
    const words: string[] = [];
    for await (const chunk of stream) {
      words.push(chunk.choices[0]?.delta.content ?? '');
      if (words.length > 1) continue;
      gateway.process.kill(signal);
      await gateway.says('stopping');
      await expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow();
      mayEnd.resolve();
    }
    expect(words.join('')).toBe('first and last');
    const { exitCode, out } = await gateway.ended;
    expect(exitCode).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(out)).toMatchObject({ outcome: 'served', modelServed: 'small' });
  });
});

describe('the log', () => {
  it('is one line of JSON for each request, with its id and no word of its content', async () => {
    const upstream = await mockUpstream(answerByName);
    const gateway = await startGateway(projectFolder(filesFor(upstream.baseUrl)));
    const ids: (string | null)[] = [];
    for (const headers of [{}, { 'x-request-id': 'my-own-id' }, { authorization: 'Bearer adm1n' }]) {
      const response = await gateway.post(request, headers);
      await response.text();
      ids.push(response.headers.get('x-request-id'));
    }
    gateway.process.kill('SIGTERM');
    const { out } = await gateway.ended;
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ requestId }) => requestId)).toEqual(ids);
    expect(ids[1]).toBe('my-own-id');
    expect(lines.map(({ status, error }) => [status, error])).toEqual([
      [200, null],
      [200, null],
      [401, 'invalid_api_key'],
    ]);
    expect(out).not.toContain('private prompt');
    expect(out).not.toContain('adm1n');
  });
});

describe('a gateway that cannot serve', () => {
  const serve = (files: Record<string, string>) => runCommand(['serve', '--port', '0'], { cwd: projectFolder(files) });
  const serveHere = (files: Record<string, string>, port = '0') =>
    runMain('serve', '--port', port, '--config', join(projectFolder(files), 'gateway.config.yaml'));

  function expectRefusal({ exitCode, out, err }: CommandResult, code: string, place: string): void {
    expect(err).toContain(`error[${code}]`);
    expect(err).toContain(place);
    expect(err).not.toContain('http://127.0.0.1');
    expect(out).toBe('');
    expect(exitCode).toBe(1);
  }

  it('what its policy promises ends before it listens', async () => {
    const policy = policyText('cache semantic above 95% ttl 1h\nroutes { otherwise use small }');
    expectRefusal(await serve(filesFor(nowhere, policy)), 'not-enforced', 'main.llmpolicy:3:1');
  });

  it('a policy with errors ends before it listens', async () => {
    const policy = policyText('routes { otherwise use smal }');
    expectRefusal(await serveHere(filesFor(nowhere, policy)), 'unknown-model', 'main.llmpolicy:3:24');
  });

  it.each([
    ['an unknown provider', 'provider: europe,', 'provider: eurpe,', 'config-unknown-name', 'gateway.config.yaml:9:22'],
    [
      'an unset variable',
      'api_key: upstream-secret',
      'api_key: "$' + '{NOT_SET}"',
      'config-unset-variable',
      'gateway.config.yaml:6:',
    ],
  ])('a config with %s ends before it listens', async (_what, right, wrong, code, place) => {
    const config = inventory('http://upstream.example/v1').replace(right, wrong);
    expectRefusal(await serve({ 'gateway.config.yaml': config, 'main.llmpolicy': useSmall }), code, place);
  });

  it('on a port that is taken says so', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void holder.close());
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { exitCode, err } = await serveHere(filesFor(nowhere), String(port));
    expect(err).toBe(
      `llmpolicy: port ${port} of 127.0.0.1 is taken; stop what listens there, or choose another with --port\n`,
    );
    expect(exitCode).toBe(2);
  });

  it.each(['eighty', '70000', '1.5'])('on the port %s says that it is none', async (port) => {
    const { exitCode, err } = await serveHere(filesFor(nowhere), port);
    expect(err).toBe(`llmpolicy: --port ${port} is not a port\n`);
    expect(exitCode).toBe(2);
  });

  it('a policy that is not there says which', async () => {
    const { exitCode, err } = await serveHere({ 'gateway.config.yaml': inventory(nowhere) });
    expect(err).toMatch(/^llmpolicy: cannot read \S+main\.llmpolicy: there is no such file\n$/);
    expect(exitCode).toBe(2);
  });
});
