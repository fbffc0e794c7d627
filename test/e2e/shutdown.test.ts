import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { scriptUpstream } from '../providers/scripted-upstream.ts';
import { atSomePace } from '../support/at-some-pace.ts';
import { projectFolder } from '../support/project-folder.ts';
import { until } from '../support/until.ts';
import { startGateway } from './gateway-process.ts';

const chunk = (content: string) => `data: ${JSON.stringify({ id: 'a', choices: [{ delta: { content } }] })}\n\n`;
const finish = `data: ${JSON.stringify({ id: 'a', choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`;

/** A gateway before an upstream that begins a stream and waits until the test goes on. */
async function openGateway(server: string) {
  const begun: ServerResponse[] = [];
  const upstream = await scriptUpstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk('one'));
    begun.push(response);
  });
  const folder = projectFolder({
    'gateway.config.yaml': `version: 1
policy: main.llmpolicy
auth: { required: false, admin_token: the-token-of-admins }
server: ${server}
store: memory
ledger: jsonl:ledger
providers: { own: { kind: openai-compatible, base_url: "${upstream.baseUrl}" } }
models: { own: { provider: own, price: free, context_window: 32k } }
`,
    'main.llmpolicy': 'edition 2026\npolicy "main"\nroutes { otherwise use own }\n',
  });
  const gateway = await startGateway(folder);
  const response = await gateway.post({ model: 'own', stream: true, messages: [{ role: 'user', content: 'hi' }] });
  await until('the upstream to be called', () => begun.length > 0 || undefined);
  const ready = async () => (await fetch(`${gateway.url}/readyz`)).status;
  return { gateway, response, ready, upstreamStream: begun[0] as ServerResponse };
}

describe('a gateway that is told to stop', () => {
  it('says so to balancers first, then takes no connection, lets streams end, and keeps what they came to', () =>
    atSomePace(async (delayMs) => {
      const { gateway, response, ready, upstreamStream } = await openGateway(
        `{ shutdown_delay: ${3 * delayMs}ms, shutdown_grace: 2m }`,
      );
      expect(await ready()).toBe(200);
      gateway.process.kill('SIGTERM');
      await gateway.says('stopping');
      const stopping = await fetch(`${gateway.url}/readyz`);
      expect([stopping.status, await stopping.json()]).toMatchObject([503, { status: 'stopping' }]);
      const late = await fetch(`${gateway.url}/v1/models`);
      expect(late.status).toBe(200);
      await until('connections to be refused', () =>
        ready().then(
          () => undefined,
          () => true,
        ),
      );
      upstreamStream.write(chunk('two'));
      upstreamStream.end(finish);
      const text = await response.text();
      expect(text).toContain('two');
      expect(text).toContain('[DONE]');
      const { exitCode } = await gateway.ended;
      expect(exitCode).toBe(0);
      expect(gateway.out()).toContain('"outcome":"served"');
    }));

  it('cuts off what does not end in time with an error event of the API, and ends', async () => {
    const { gateway, response, upstreamStream } = await openGateway('{ shutdown_grace: 300ms }');
    gateway.process.kill('SIGTERM');
    const text = await response.text();
    expect(text).toContain('"code":"stream_cut"');
    expect(text).toContain('the gateway is stopping');
    if (!upstreamStream.destroyed) await once(upstreamStream, 'close');
    expect((await gateway.ended).exitCode).toBe(0);
    expect(gateway.out()).toContain('"outcome":"broken"');
  });
});
