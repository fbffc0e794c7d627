import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/gateway/clock.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { configOf, sandboxInventory } from '../gateway/sample-config.ts';
import { decisionFor, policyOf } from '../gateway/sample-decision.ts';
import { scriptUpstream } from '../providers/scripted-upstream.ts';
import { runGateway } from './running-gateway.ts';

const messages = [{ role: 'user' as const, content: 'one two three four five six' }];

function gatewayFor(...plan: string[]) {
  const config = configOf(sandboxInventory);
  return runGateway(
    config,
    policyOf(() => decisionFor(config, plan)),
  );
}

function configOver(baseUrl: string) {
  return configOf(`
providers: { own: { kind: openai-compatible, base_url: "${baseUrl}", region: eu } }
models: { own: { provider: own, price_in: $1, price_out: $2, context_window: 32k } }
`);
}

describe('a stream', () => {
  it('that never begins is served by the next model', async () => {
    const gateway = await gatewayFor('noise', 'echo');
    const response = await gateway.post({ model: 'auto', messages, stream: true });
    expect(response.headers.get('x-llmpolicy-model')).toBe('echo');
    expect(await response.text()).toContain('[DONE]');
  });

  it('that an upstream cuts ends with an error event, not as if it were complete', async () => {
    const gateway = await gatewayFor('cut', 'echo');
    const text = await (await gateway.post({ model: 'auto', messages, stream: true })).text();
    const last = text.trimEnd().split('\n\n').at(-1) ?? '';
    expect(JSON.parse(last.replace('data: ', '')).error).toMatchObject({ code: 'stream_cut', type: 'server_error' });
    expect(text).not.toContain('[DONE]');
    const [entry] = await gateway.logLines(1);
    expect(entry).toMatchObject({ outcome: 'broken', error: 'stream_cut', modelServed: 'cut' });
  });

  it('that an upstream cuts is an error to the official client', async () => {
    const gateway = await gatewayFor('cut');
    const stream = await gateway.client.chat.completions.create({ model: 'auto', messages, stream: true });
    const reading = (async () => {
      for await (const chunk of stream) expect(chunk.object).toBe('chat.completion.chunk');
    })();
    await expect(reading).rejects.toMatchObject({ code: 'stream_cut' });
  });

  it('may not be held back or changed on its way', async () => {
    const gateway = await gatewayFor('echo');
    const response = await gateway.post({ model: 'auto', messages, stream: true });
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    await response.text();
  });
});

describe('a caller that goes away', () => {
  it.each([true, false])('ends the call upstream (stream: %s)', async (stream) => {
    const seen: string[] = [];
    const closed = Promise.withResolvers<void>();
    const called = Promise.withResolvers<void>();
    const upstream = await scriptUpstream((response) => {
      response.once('close', () => {
        seen.push('close');
        closed.resolve();
      });
      if (stream) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"choices":[]}\n\n');
      }
      called.resolve();
    });
    const config = configOver(upstream.baseUrl);
    const gateway = await runGateway(
      config,
      policyOf(() => decisionFor(config, ['own', 'own'])),
    );
    const caller = new AbortController();
    const asking = gateway.client.chat.completions.create(
      { model: 'own', messages, stream },
      { signal: caller.signal },
    );
    await called.promise;
    if (stream) await asking;
    caller.abort();
    await asking.catch(() => undefined);
    await closed.promise;
    expect(seen).toEqual(['close']);
    const [entry] = await gateway.logLines(1);
    expect(entry).toMatchObject({ outcome: 'aborted', status: 499 });
    expect(upstream.calls).toHaveLength(1);
  });

  it('ends a wait between two attempts', async () => {
    const config = configOf(sandboxInventory);
    const retry = [{ on: ['rate_limited'] as const, times: 1, backoffMs: [3_600_000, 3_600_000] as const }];
    const waits = Promise.withResolvers<void>();
    const sleep: Clock['sleep'] = (milliseconds, signal) => {
      waits.resolve();
      return systemClock.sleep(milliseconds, signal);
    };
    const policy = policyOf(() => decisionFor(config, ['busy'], { retry }));
    const gateway = await runGateway(config, policy, '', noLedger, { ...systemClock, sleep });
    const caller = new AbortController();
    const asking = gateway.client.chat.completions.create({ model: 'own', messages }, { signal: caller.signal });
    waits.promise.then(() => caller.abort());
    await expect(asking).rejects.toThrow();
    const [entry] = await gateway.logLines(1);
    expect(entry).toMatchObject({ outcome: 'aborted' });
  });
});
