import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/gateway/clock.ts';
import { createFactCollector } from '../../src/gateway/collect-facts.ts';
import { anonymous } from '../../src/gateway/keys.ts';
import { putStandings } from '../../src/gateway/put-standings.ts';
import { Spending } from '../../src/gateway/spending.ts';
import { createSpendingTools } from '../../src/gateway/spending-tools.ts';
import { surfaces } from '../../src/protocol/surfaces.ts';
import type { CounterStore } from '../../src/stores/counter-store.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import { withAvailability } from '../../src/stores/with-availability.ts';
import { ableModel, servedInventory } from '../support/served-inventory.ts';

const twoModels = `providers: { p: { kind: openai-compatible, base_url: "http://127.0.0.1:9/v1", api_key: k, region: eu } }
models: { a: { provider: p, upstream: a, ${ableModel} }, b: { provider: p, upstream: b, ${ableModel} } }
`;
const body = { model: 'a', max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] };
const routes = 'routes { otherwise use a then b }\nfallback on { server_error } max 2 attempts';

/** What requests spend under these rules, and what of it the store is asked, turn by turn of the event loop. */
function spendingUnder(rules: string) {
  const { config, policy } = servedInventory(twoModels, `${rules}\n${routes}`);
  const store = createMemoryStore();
  const turns: string[][] = [];
  let turn: string[] | undefined;
  const ask = <Words extends readonly unknown[], Answer>(name: string, call: (...words: Words) => Promise<Answer>) => {
    return async (...words: Words): Promise<Answer> => {
      if (turn === undefined) {
        turn = [];
        turns.push(turn);
        setImmediate(() => {
          turn = undefined;
        });
      }
      turn.push(name);
      // As a thread or a server answers: in another turn.
      await new Promise((done) => setImmediate(done));
      return call(...words);
    };
  };
  const { read, reserve, settle, release } = store.counters;
  const asked: CounterStore = {
    read,
    reserve: ask('reserve', reserve),
    settle: ask('settle', settle),
    release: ask('release', release),
  };
  const told = () => undefined;
  const counters = withAvailability(asked, { ...config.store, now: systemClock.now, told });
  const tools = createSpendingTools(config, counters, systemClock, told);
  const collect = createFactCollector(config);
  const request = surfaces.chat.readRequest(body);
  const standings = async () => {
    const facts = collect({ id: 'r', headers: {}, request, caller: anonymous }, policy.requiredFacts);
    const found = await tools.meter.readStandings(policy.program, facts);
    putStandings(facts, found);
    return { facts, found };
  };
  return {
    turns,
    async begin(id: string) {
      const { facts } = await standings();
      return new Spending(tools, policy, { id, request, facts, decision: policy.decide(facts) });
    },
    /** What is settled and open of each counter, when everything has been booked. */
    async counted() {
      await tools.meter.drain();
      await new Promise((done) => setImmediate(done));
      await tools.meter.drain();
      const fresh = createSpendingTools(
        config,
        withAvailability(store.counters, { ...config.store, now: systemClock.now, told }),
        systemClock,
        told,
      );
      const { facts } = await standings();
      const found = await fresh.meter.readStandings(policy.program, facts);
      return Object.fromEntries(found.map(({ charge, settled, open }) => [charge.name, { settled, open }]));
    },
  };
}

const both = 'limit calls 2 req per ever\nbudget all $1 per ever';
const usage = { inputTokens: 10, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 10, reasoningTokens: 0 };
const cost = 20_000;

describe('what a request spends', () => {
  it('asks the store once for the request and its first attempt', async () => {
    const { begin, turns, counted } = spendingUnder(both);
    const spending = await begin('one');
    expect((await spending.admit()).outcome).toBe('plan');
    const spent = await spending.attempt(0);
    expect(turns).toEqual([['reserve', 'reserve']]);
    if (spent.kind !== 'reserved') throw new Error(spent.kind);
    spent.attempt.settle(usage, new Uint8Array());
    spending.end();
    expect(turns[1]).toEqual(['settle', 'settle']);
    expect(await counted()).toEqual({ calls: { settled: 1, open: 0 }, all: { settled: cost, open: 0 } });
  });

  it('gives back what was reserved for an attempt that nobody came to', async () => {
    const { begin, counted } = spendingUnder(both);
    const spending = await begin('left');
    await spending.admit();
    spending.end();
    expect(await counted()).toEqual({ calls: { settled: 1, open: 0 }, all: { settled: 0, open: 0 } });
  });

  it('gives back what was reserved for an attempt of a request that is refused after all', async () => {
    const { begin, counted } = spendingUnder(both);
    for (const id of ['one', 'two']) {
      const spending = await begin(id);
      await spending.admit();
      spending.end();
    }
    // Its facts are from before: it finds out by reserving.
    const late = await begin('three');
    const decision = await late.admit();
    expect(decision.outcome).toBe('reject');
    late.end();
    expect(await counted()).toEqual({ calls: { settled: 2, open: 0 }, all: { settled: 0, open: 0 } });
  });

  it('gives back what was reserved for the first attempt where another one is made', async () => {
    const { begin, counted } = spendingUnder(both);
    const spending = await begin('other');
    await spending.admit();
    const spent = await spending.attempt(1);
    if (spent.kind !== 'reserved') throw new Error(spent.kind);
    spent.attempt.settle(usage, new Uint8Array());
    spending.end();
    expect(await counted()).toEqual({ calls: { settled: 1, open: 0 }, all: { settled: cost, open: 0 } });
  });

  it('reserves nothing for an attempt that a cache may make needless', async () => {
    const { begin, turns } = spendingUnder(`${both}\ncache exact ttl 1h`);
    const spending = await begin('cached');
    await spending.admit();
    expect(turns).toEqual([['reserve']]);
    spending.end();
  });

  it('reserves no attempt that `cap cost` leaves out', async () => {
    const { begin, turns } = spendingUnder(`${both}\ncap cost $0.000001`);
    const spending = await begin('dear');
    await spending.admit();
    expect(turns).toEqual([['reserve']]);
    expect((await spending.attempt(0)).kind).toBe('skipped');
    expect(spending.exceedsCostCap).toBe(true);
    spending.end();
  });
});
