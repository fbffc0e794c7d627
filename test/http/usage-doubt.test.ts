import { expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { serveCompiled } from '../../src/gateway/compile-served.ts';
import type { EntryEnd } from '../../src/ledger/ledger-entry.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { counterAt } from '../../src/stores/counter-at.ts';
import { configOf } from '../gateway/sample-config.ts';
import { answerStream, completion, scriptUpstream } from '../providers/scripted-upstream.ts';
import { runGateway } from './running-gateway.ts';

const messages = [{ role: 'user', content: 'hello there' }];
const answered = 'some forty words '.repeat(13);
const usageOf = (prompt: unknown, written: unknown, more: object = {}) =>
  JSON.stringify({ prompt_tokens: 0, completion_tokens: 1, ...more }).replace(
    '"prompt_tokens":0,"completion_tokens":1',
    `"prompt_tokens":${prompt},"completion_tokens":${written}`,
  );

/** A gateway over an upstream that tells this usage, as it is written, and everything that it has kept of one request. */
async function keptWith(usage: string | undefined, stream: boolean) {
  const message = { role: 'assistant', content: answered };
  const upstream = await scriptUpstream(async (response) => {
    const told = usage === undefined ? '' : `,"usage":${usage}`;
    if (stream) {
      const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
      const delta = { ...chunk, choices: [{ index: 0, delta: message, finish_reason: 'stop' }] };
      const last = `${JSON.stringify({ ...chunk, choices: [] }).slice(0, -1)}${told}}`;
      await answerStream(response, [`data: ${JSON.stringify(delta)}\n\n`, `data: ${last}\n\n`, 'data: [DONE]\n\n']);
    } else {
      const { usage: _, ...rest } = completion;
      const body = JSON.stringify({ ...rest, choices: [{ index: 0, message, finish_reason: 'stop' }] });
      response.writeHead(200, { 'content-type': 'application/json' }).end(`${body.slice(0, -1)}${told}}`);
    }
  });
  const config = configOf(`
providers: { up: { kind: openai-compatible, base_url: "${upstream.baseUrl}", region: eu } }
models: { m: { provider: up, price_in: $1, price_out: $2, context_window: 1k } }
`);
  const text =
    'edition 2026\npolicy "p"\nbudget all $5 per ever\nlimit tok 100k tok per ever\nroutes { otherwise use m }\n';
  const { value } = compileSource(createSource('p.llmpolicy', text), config.environment);
  if (!value) throw new Error('the policy has errors');
  const ends: EntryEnd[] = [];
  const gateway = await runGateway(config, serveCompiled(value), '', {
    ...noLedger,
    keeps: true,
    end: async (end) => void ends.push(end),
  });
  const response = await gateway.post({ model: 'm', messages, stream, max_tokens: 600 });
  const shown = await response.text();
  await gateway.settled();
  const [line] = await gateway.logLines(1);
  const standing = async (name: string, amount: number) => {
    const rule = { policy: 'p', name, window: 'ever', amount, burst: undefined, each: {} } as const;
    return (await gateway.store.counters.read([counterAt(rule, Date.now(), 'UTC')], Date.now()))[0];
  };
  const now = Date.now();
  const { rows } = await gateway.store.sums.page({ since: 0, until: now + 7_200_000, after: null });
  return {
    shown,
    told: response.headers.get('x-llmpolicy-cost') ?? /x-llmpolicy-cost: (\S+)/.exec(shown)?.[1],
    line,
    end: ends[0],
    sums: rows[0]?.sums,
    money: await standing('all', 5e9),
    tokens: await standing('tok', 100_000),
  };
}

const cases: readonly (readonly [string, string | undefined])[] = [
  ['none', undefined],
  ['negative', usageOf(-5, 3)],
  ['no number', usageOf('"many"', 3)],
  ['no number that is exact', usageOf(4, 1e300)],
  ['far more than its model can read', usageOf(90_000_000, 3)],
  ['far more than its model can write', usageOf(4, 5_000_000)],
];

it.each([false, true].flatMap((stream) => cases.map(([what, usage]) => [what, stream, usage] as const)))(
  'a usage that is %s counts as an estimate of what was written, everywhere the same, and is flagged (stream: %s)',
  async (_what, stream, usage) => {
    const { end, line, sums, money, tokens, told, shown } = await keptWith(usage, stream);
    const { inputTokens = 0, outputTokens = 0, estimated } = end?.usage ?? {};
    const cost = inputTokens * 1000 + outputTokens * 2000;
    expect(estimated).toBe(true);
    expect(inputTokens).toBeGreaterThanOrEqual(2);
    expect(inputTokens).toBeLessThan(40);
    expect(outputTokens).toBeGreaterThanOrEqual(39);
    expect(outputTokens).toBeLessThan(80);
    expect(end).toMatchObject({ cost, usageDoubt: expect.stringMatching(/^(uncounted|no-count|implausible)$/) });
    expect(line).toMatchObject({ usage: end?.usage, usageDoubt: end?.usageDoubt });
    expect(Number(line?.['cost'])).toBeCloseTo(cost / 1e9, 9);
    expect(sums).toMatchObject({ requests: 1, inputTokens, outputTokens, cost });
    expect(money).toEqual({ settled: cost, open: 0 });
    expect(tokens).toEqual({ settled: inputTokens + outputTokens, open: 0 });
    expect(shown).toContain(answered);
    expect(told).toBeUndefined();
  },
);

it('a usage whose parts are more than their whole is cut to it, paid and flagged', async () => {
  const usage = usageOf(100, 50, { prompt_tokens_details: { cached_tokens: 500 } });
  const { end, line, money, told } = await keptWith(usage, false);
  expect(end).toMatchObject({ usage: { inputTokens: 100, cachedInputTokens: 100 }, usageDoubt: 'inconsistent' });
  expect(line).toMatchObject({ usageDoubt: 'inconsistent' });
  expect(money).toEqual({ settled: 200_000, open: 0 });
  expect(told).toBe('0.0002');
});

it('a usage that can be is taken as it is told', async () => {
  const { end, line, told } = await keptWith(usageOf(100, 50), true);
  expect(end).toMatchObject({ usage: { inputTokens: 100, outputTokens: 50 }, usageDoubt: null, cost: 200_000 });
  expect(line).toMatchObject({ usageDoubt: null, cost: '0.0002' });
  expect(told).toBe('0.0002');
});

it('a stream whose caller leaves counts what was sent, not what might have been', async () => {
  const chunk = (text: string) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: text } }] })}\n\n`;
  const upstream = await scriptUpstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk(answered));
  });
  const config = configOf(`
providers: { up: { kind: openai-compatible, base_url: "${upstream.baseUrl}", region: eu } }
models: { m: { provider: up, price_in: $1, price_out: $2, context_window: 32k } }
`);
  const text = 'edition 2026\npolicy "p"\nbudget all $5 per ever\nroutes { otherwise use m }\n';
  const { value } = compileSource(createSource('p.llmpolicy', text), config.environment);
  if (!value) throw new Error('the policy has errors');
  const ended = Promise.withResolvers<EntryEnd>();
  const gateway = await runGateway(config, serveCompiled(value), '', {
    ...noLedger,
    keeps: true,
    end: async (end) => ended.resolve(end),
  });
  const caller = new AbortController();
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', messages, stream: true, max_tokens: 20_000 }),
    signal: caller.signal,
  });
  await response.body?.getReader().read();
  caller.abort();
  const { state, usage, usageDoubt, cost } = await ended.promise;
  await gateway.settled();
  expect({ state, usageDoubt }).toEqual({ state: 'aborted', usageDoubt: 'uncounted' });
  expect(usage?.outputTokens).toBeGreaterThanOrEqual(39);
  expect(usage?.outputTokens).toBeLessThan(80);
  const rule = { policy: 'p', name: 'all', window: 'ever', amount: 5e9, burst: undefined, each: {} } as const;
  const now = Date.now();
  expect(await gateway.store.counters.read([counterAt(rule, now, 'UTC')], now)).toEqual([{ settled: cost, open: 0 }]);
  const [line] = await gateway.logLines(1);
  expect(line).toMatchObject({ outcome: 'aborted', usage, usageDoubt });
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain(`llmpolicy_tokens_total{model="m",kind="output"} ${usage?.outputTokens}`);
});
