import { describe, expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { systemClock } from '../../src/gateway/clock.ts';
import { serveCompiled } from '../../src/gateway/compile-served.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { counterAt } from '../../src/stores/counter-at.ts';
import { configOf } from '../gateway/sample-config.ts';
import { atSomePace } from '../support/at-some-pace.ts';
import { type CountingOptions, startCountingUpstream } from '../support/counting-upstream.ts';
import { until } from '../support/until.ts';
import { runGateway } from './running-gateway.ts';

/** Windows go by it: none ends while a test counts. */
const now = Date.UTC(2026, 0, 5, 12);
const routes = 'routes { otherwise use { large, small } }';

/** A gateway over an upstream that counts 100 tokens in and 50 out: a call of `large` costs $0.0002, of `small` half of that. */
async function gatewayWith(rules: string, options: CountingOptions = {}) {
  const upstream = await startCountingUpstream(options);
  const config = configOf(`
providers: { up: { kind: openai, base_url: "${upstream.url}/v1", api_key: k, region: eu } }
models:
  large: { provider: up, upstream: up-large, price_in: $1, price_out: $2, context_window: 32k, max_output: 1k }
  small: { provider: up, upstream: up-small, price_in: $0.5, price_out: $1, context_window: 32k, max_output: 1k }
`);
  const text = `edition 2026\npolicy "spending"\n${rules}\n${rules.includes('routes') ? '' : routes}\n`;
  const { value, diagnostics } = compileSource(createSource('test.llmpolicy', text), config.environment);
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const gateway = await runGateway(config, serveCompiled(value), '', noLedger, { ...systemClock, wallNow: () => now });
  const ask = async (body: object = {}) => {
    const response = await gateway.post({ model: 'large', messages: [{ role: 'user', content: 'x' }], ...body });
    const answer = await response.text();
    await gateway.settled();
    return { status: response.status, headers: response.headers, text: answer };
  };
  const models = () => upstream.bodies.map(({ model }) => model);
  return { ...gateway, upstream, ask, models };
}

type Gateway = Awaited<ReturnType<typeof gatewayWith>>;

/** What a counter without `for each` stands at. */
async function standing({ store }: Gateway, name: string, window: 'month' | 'ever' | 'concurrent', amount: number) {
  const rule = { policy: 'spending', name, window, amount, burst: undefined, each: {} };
  return (await store.counters.read([counterAt(rule, now, 'UTC')], now))[0];
}

const capped = { max_tokens: 50 };

describe('a budget', () => {
  it('is charged what the answer cost, whole and as a stream, and nothing stays reserved', async () => {
    const gateway = await gatewayWith('budget all $5 per ever');
    await gateway.ask(capped);
    await gateway.ask({ ...capped, stream: true });
    expect(await standing(gateway, 'all', 'ever', 5e9)).toEqual({ settled: 400_000, open: 0 });
  });

  it('gives back what a failed attempt had reserved, and pays for the model that served', async () => {
    const gateway = await gatewayWith('budget all $5 per ever', { broken: ['up-large'] });
    expect((await gateway.ask(capped)).headers.get('x-llmpolicy-model')).toBe('small');
    expect(await standing(gateway, 'all', 'ever', 5e9)).toEqual({ settled: 100_000, open: 0 });
  });

  it('is never overspent by callers who come at once, and refuses nobody for good while money is left', async () => {
    const gateway = await gatewayWith('budget all $0.004 per ever', { delayMs: 5 });
    const statuses = new Map<number, number>();
    const call = async () => {
      for (let mayTry = true; mayTry; ) {
        const { status, headers } = await gateway.ask({
          ...capped,
          messages: [{ role: 'user', content: Array.from({ length: 45 }, (_, index) => index).join(' ') }],
        });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const { settled = 0 } = (await standing(gateway, 'all', 'ever', 4e6)) ?? {};
        if (status === 402) expect(settled).toBeGreaterThanOrEqual(4_000_000);
        mayTry = status === 200 || (status === 429 && headers.get('x-should-retry') !== 'false');
      }
    };
    await Promise.all(Array.from({ length: 16 }, call));
    const { settled = 0, open } = (await standing(gateway, 'all', 'ever', 4e6)) ?? {};
    expect(settled).toBe((statuses.get(200) ?? 0) * 200_000);
    expect(settled).toBeLessThanOrEqual(4_000_000);
    expect(settled).toBeGreaterThan(4_000_000 - 300_000);
    expect(open).toBe(0);
    expect(statuses.get(500)).toBeUndefined();
  });

  it('moves on to a threshold’s plan when it is reached, and refuses when it is used up', async () => {
    const rules = 'budget all $0.001 per ever\n  at 40% use small\n  at 100% reject 402 "all spent"';
    const gateway = await gatewayWith(rules);
    const answers = [];
    for (let turn = 0; turn < 9; turn++) {
      const { status, headers } = await gateway.ask(capped);
      answers.push(status === 200 ? headers.get('x-llmpolicy-model') : status);
    }
    expect(answers.slice(0, 4)).toEqual(['large', 'large', 'small', 'small']);
    expect(answers.at(-1)).toBe(402);
    expect((await gateway.ask(capped)).text).toContain('all spent');
  });
});

describe('what is reserved', () => {
  it.each([
    ['every choice that is asked for', 'cap output 900 tok', { ...capped, n: 8 }],
    ['the bound that the policy sets in place of the caller’s', 'set max_output_tokens = 500 tok', capped],
    ['the larger of two bounds', '', { max_tokens: 900, max_completion_tokens: 5 }],
  ])('covers %s', async (_, rules, asked) => {
    // Enough for some three hundred tokens of `large`, and for none of these.
    const gateway = await gatewayWith(`${rules}\nbudget all $0.0007 per ever\nroutes { otherwise use large }`);
    const { status } = await gateway.ask(asked);
    expect([status, gateway.upstream.bodies]).toEqual([429, []]);
    expect((await gateway.ask({ max_tokens: 100 })).status).toBe(rules.startsWith('set') ? 429 : 200);
  });
});

describe('a limit', () => {
  it('lets so many requests through and tells the next one when to come back', async () => {
    const gateway = await gatewayWith('limit rpm 2 req per year');
    const told = async () => {
      const { status, headers } = await gateway.ask();
      return [status, headers.get('x-ratelimit-limit-requests'), headers.get('x-ratelimit-remaining-requests')];
    };
    expect([await told(), await told()]).toEqual([
      [200, '2', '1'],
      [200, '2', expect.stringMatching(/^[01]$/)],
    ]);
    const { status, headers, text } = await gateway.ask();
    expect(status).toBe(429);
    expect(JSON.parse(text).error.code).toBe('limit-exhausted');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(60);
    // The year is not over soon: an official client need not try again by itself.
    expect(headers.get('x-should-retry')).toBe('false');
    expect(gateway.upstream.bodies).toHaveLength(2);
  });

  it('that refills says when there is room again', async () => {
    const gateway = await gatewayWith('limit few 2 req per 20s');
    await gateway.ask();
    await gateway.ask();
    await gateway.ask();
    const { status, headers } = await gateway.ask();
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(10);
    expect(headers.get('x-should-retry')).toBeNull();
  });

  it('diverts to its `else` plan, where it neither holds nor counts', async () => {
    const gateway = await gatewayWith('limit tpm 200 tok per ever else use small');
    await gateway.ask(capped);
    await gateway.ask(capped);
    await gateway.ask(capped);
    expect(gateway.models()).toEqual(['up-large', 'up-small', 'up-small']);
    expect(await standing(gateway, 'tpm', 'ever', 200)).toEqual({ settled: 150, open: 0 });
  });

  it('of one model moves the request on to the next, and refuses when no model has anything left', async () => {
    const gateway = await gatewayWith('limit each 1 req per ever for each model');
    const statuses = [(await gateway.ask()).status, (await gateway.ask()).status, (await gateway.ask()).status];
    expect(gateway.models()).toEqual(['up-large', 'up-small']);
    expect(statuses).toEqual([200, 200, 429]);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    // The last two requests find out by reserving, or know it by then from what was read.
    expect(metrics).toMatch(/^llmpolicy_limit_refusals_total\{limit="each"\} [23]$/m);
  });

  it('of what runs at once holds, and is free again when the answers have ended', async () => {
    const { promise: held, resolve: answer } = Promise.withResolvers<void>();
    const gateway = await gatewayWith('limit open 3 concurrent', { held });
    const refused: unknown[] = [];
    const first = Array.from({ length: 8 }, async () => {
      const { status } = await gateway.ask({ stream: true });
      if (status === 429) refused.push(status);
      return status;
    });
    await until('three to run and the others to be refused', () => {
      return (gateway.upstream.bodies.length === 3 && refused.length === 5) || undefined;
    });
    answer();
    expect((await Promise.all(first)).filter((status) => status === 200)).toHaveLength(3);
    expect(gateway.upstream.mostAtOnce()).toBe(3);
    expect((await gateway.ask()).status).toBe(200);
    expect(await standing(gateway, 'open', 'concurrent', 3)).toEqual({ settled: 0, open: 0 });
  });

  it('in the shadow counts and refuses nobody', async () => {
    const gateway = await gatewayWith('@mode(shadow) limit few 1 req per ever');
    expect([(await gateway.ask()).status, (await gateway.ask()).status]).toEqual([200, 200]);
    expect(await standing(gateway, 'few', 'ever', 1)).toEqual({ settled: 2, open: 0 });
  });
});

describe('a cap', () => {
  it.each([
    ['what the caller asked for, where that is more', { max_tokens: 900 }, { max_tokens: 40 }, 'output=40'],
    ['nothing, where the caller asks for less', { max_completion_tokens: 7 }, { max_completion_tokens: 7 }, null],
    ['an answer without a bound', {}, { max_completion_tokens: 40 }, 'output=40'],
    [
      'each of two bounds, whichever is read',
      { max_tokens: 900, max_completion_tokens: 7 },
      { max_tokens: 40, max_completion_tokens: 7 },
      'output=40',
    ],
  ])('on output lowers %s', async (_, asked, sent, told) => {
    const gateway = await gatewayWith('cap output 40 tok');
    const { headers } = await gateway.ask(asked);
    expect(gateway.upstream.bodies).toMatchObject([sent]);
    expect(headers.get('x-llmpolicy-capped')).toBe(told);
  });

  it('on cost leaves out the models that might cost more, and refuses where none is left', async () => {
    const gateway = await gatewayWith('cap cost $0.00012 when request.max_output_tokens is known', {});
    expect((await gateway.ask({ max_tokens: 60 })).status).toBe(200);
    expect(gateway.models()).toEqual(['up-small']);
    const { status, text } = await gateway.ask({ max_tokens: 900 });
    expect([status, JSON.parse(text).error.code]).toEqual([402, 'cost-cap']);
  });

  it('on time ends a request that takes longer, fallbacks included', () =>
    atSomePace(async (paceMs) => {
      const gateway = await gatewayWith(`cap time ${paceMs}ms`, { held: new Promise(() => undefined) });
      expect((await gateway.ask()).status).toBe(504);
      expect(gateway.models()).toEqual(['up-large']);
    }));
});

describe('the one name that an upstream has for a bound on the output', () => {
  it('is said where the caller used the other one', async () => {
    const upstream = await startCountingUpstream();
    const config = configOf(`
providers: { up: { kind: ollama, base_url: "${upstream.url}/v1", region: eu } }
models: { m: { provider: up, upstream: m, price: free, context_window: 32k } }
`);
    const text = 'edition 2026\npolicy "p"\nroutes { otherwise use m }\n';
    const { value } = compileSource(createSource('p.llmpolicy', text), config.environment);
    if (!value) throw new Error('the policy has errors');
    const gateway = await runGateway(config, serveCompiled(value));
    const messages = [{ role: 'user', content: 'x' }];
    await (await gateway.post({ model: 'm', messages, max_completion_tokens: 7 })).text();
    await (await gateway.post({ model: 'm', messages, max_tokens: 8 })).text();
    expect(upstream.bodies).toEqual([
      { model: 'm', messages, max_tokens: 7 },
      { model: 'm', messages, max_tokens: 8 },
    ]);
  });
});

describe('set', () => {
  it('writes the parameters of the request, after the facts were read', async () => {
    const rules =
      'set temperature = 0.2 when request.temperature ?? 1.0 > 0.5\nset tools = off\nset system = "be brief"';
    const gateway = await gatewayWith(`${rules}\nset max_output_tokens = 20 tok`);
    const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }];
    await gateway.ask({ temperature: 0.9, user: 'u' });
    expect(gateway.upstream.bodies).toMatchObject([
      {
        temperature: 0.2,
        user: 'u',
        max_completion_tokens: 20,
        messages: [{ role: 'system', content: 'be brief' }, {}],
      },
    ]);
    expect(JSON.stringify(await gateway.ask({ tools }))).not.toContain('"tools"');
  });
});
