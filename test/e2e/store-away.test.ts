import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createStore } from '../../src/assemble-store.ts';
import { counterAt } from '../../src/stores/counter-at.ts';
import { startCountingUpstream } from '../support/counting-upstream.ts';
import { projectFolder } from '../support/project-folder.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis-server.ts';
import { runs } from '../support/runs.ts';
import { until } from '../support/until.ts';
import { startGateway } from './gateway-process.ts';

/** At `LLMPOLICY_TEST_SCALE=8` some ten seconds. */
const awayMs = runs(1200);
/** 100 tokens in at $1 a million, 50 out at $2. */
const cost = 200_000;
/** What is reserved for a request is $0.0012 at most. */
const allowance = 6_000_000;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | null;
}

/** A gateway on a Redis of its own that keeps what it knows. */
async function open(settings: string) {
  const folder = projectFolder({});
  let redis: RedisServer = await startRedis({ folder });
  onTestFinished(() => redis.stop());
  const upstream = await startCountingUpstream({ delayMs: 5 });
  const gateway = await startGateway(
    projectFolder({
      'gateway.config.yaml': `version: 1
policy: main.llmpolicy
auth: { required: false }
store: { url: "${redis.url}", ${settings} }
providers: { up: { kind: openai-compatible, base_url: "${upstream.url}/v1", api_key: k, region: eu } }
models: { m: { provider: up, upstream: m, price_in: $1, price_out: $2, context_window: 32k } }
`,
      'main.llmpolicy': `edition 2026
policy "away"
deny request when (request.user ?? "") == "nobody"
budget all $100 per ever
  at 100% reject 402 "all of it is spent"
limit open 100 concurrent
routes { otherwise use m }
`,
    }),
  );
  const call = (more: object = {}) =>
    gateway.post({ model: 'm', max_tokens: 500, messages: [{ role: 'user', content: 'hello' }], ...more });
  const served = () =>
    until('the gateway to serve', async () => {
      const response = await call();
      await response.text();
      return response.status === 200 || undefined;
    });
  const counters = [
    counterAt({ policy: 'away', name: 'all', window: 'ever', amount: 1e11, burst: undefined, each: {} }, 0, 'UTC'),
    counterAt(
      { policy: 'away', name: 'open', window: 'concurrent', amount: 100, burst: undefined, each: {} },
      0,
      'UTC',
    ),
  ];
  return {
    gateway,
    call,
    /** Resolves when a call was answered. */
    served,
    upstream,
    ways: {
      killed: {
        leave: () => redis.stop(),
        async comeBack() {
          redis = await startRedis({ port: redis.port, folder });
        },
      },
      silent: { leave: async () => redis.pause(), comeBack: async () => redis.resume() },
    },
    /** Calls one after the other, from as many callers, while the condition holds for the answers so far. */
    async load(callers: number, goesOn: (answers: readonly Answer[]) => boolean) {
      const answers: Answer[] = [];
      const caller = async () => {
        while (goesOn(answers)) {
          const response = await call();
          const retryAfter = response.headers.get('retry-after');
          answers.push({ status: response.status, text: await response.text(), retryAfter });
          await sleep(5);
        }
      };
      await Promise.all(Array.from({ length: callers }, caller));
      return answers;
    },
    /** Resolves when the counters stand at what the upstream has answered, and nothing is reserved. */
    async soundAgain() {
      await served();
      const store = await createStore({ url: redis.url });
      onTestFinished(() => store.close());
      const standing = () => store.counters.read(counters, Date.now());
      const sound = [
        { settled: upstream.bodies.length * cost, open: 0 },
        { settled: 0, open: 0 },
      ];
      await until('everything to be booked', async () => {
        return JSON.stringify(await standing()) === JSON.stringify(sound) || undefined;
      }).catch(async () => expect(await standing()).toEqual(sound));
    },
  };
}

function during(): () => boolean {
  const end = performance.now() + awayMs;
  return () => performance.now() < end;
}

/** A slow machine needs longer than the others to spend the allowance: at most half a minute. */
function duringAndUntilRefused(): (answers: readonly Answer[]) => boolean {
  const [goesOn, last] = [during(), performance.now() + 30_000];
  return (answers) => goesOn() || (performance.now() < last && answers.every(({ status }) => status === 200));
}

const both = ['killed', 'silent'] as const;
const isLong = runs(1) > 1;

describe.skipIf(!hasRedis)('while Redis is away', () => {
  it.each(isLong ? both : (['killed'] as const))(
    '(%s) nobody is served under `refuse`, nobody hears that money is spent, and the counters are right afterwards',
    async (way) => {
      const { gateway, call, served, load, upstream, ways, soundAgain } = await open('on_unavailable: refuse');
      await served();
      await ways[way].leave();
      const answers = await load(8, during());
      expect(answers.length).toBeGreaterThan(0);
      for (const { status, text, retryAfter } of answers) {
        expect([status, retryAfter, JSON.parse(text).error.code]).toEqual([503, '1', 'store_unavailable']);
      }
      expect(upstream.bodies).toHaveLength(1);
      // What the policy refuses whatever is spent, it refuses now as ever.
      expect((await call({ user: 'nobody' })).status).toBe(403);
      await ways[way].comeBack();
      await soundAgain();
      expect(await until('the log', () => /"meanwhile":"refuse"/.exec(gateway.out())?.[0])).toBeDefined();
      await until('the log', () => gateway.out().includes('store answers again') || undefined);
      // Said once for each time that it is away, which a machine that stands still may take it for too.
      const said = (words: RegExp) => gateway.out().match(words)?.length ?? 0;
      await until('both to be said as often', () => {
        return said(/store away/g) === said(/store answers again/g) || undefined;
      });
    },
  );

  it.each(isLong ? both : (['silent'] as const))(
    '(%s) no more than the allowance is spent under `allow`, and all of it is booked afterwards',
    async (way) => {
      const {
        served: begun,
        load,
        upstream,
        ways,
        soundAgain,
      } = await open('on_unavailable: allow, local_allowance: $0.006');
      await begun();
      await ways[way].leave();
      const answers = await load(8, duringAndUntilRefused());
      const served = answers.filter(({ status }) => status === 200).length;
      expect(upstream.bodies).toHaveLength(served + 1);
      expect(served).toBeGreaterThan(3);
      expect(served * cost).toBeLessThanOrEqual(allowance);
      const others = answers.filter(({ status }) => status !== 200);
      expect(others.length).toBeGreaterThan(0);
      for (const { status, text } of others) {
        expect([status, JSON.parse(text).error.code]).toEqual([503, 'store_unavailable']);
      }
      await ways[way].comeBack();
      await soundAgain();
    },
  );
});

it.skipIf(!hasRedis)('what is under way when Redis goes and when it comes back is counted once', async () => {
  const { load, ways, soundAgain } = await open('on_unavailable: allow, local_allowance: $0.1');
  let goesOn = true;
  const loading = load(8, () => goesOn);
  for (const way of ['silent', 'killed'] as const) {
    await sleep(150);
    await ways[way].leave();
    await sleep(awayMs / 4);
    await ways[way].comeBack();
  }
  await sleep(300);
  goesOn = false;
  const answers = await loading;
  expect(answers.some(({ status }) => status === 200)).toBe(true);
  await soundAgain();
});
