import { monitorEventLoopDelay } from 'node:perf_hooks';
import { LLMock } from '@copilotkit/aimock';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Decision } from '../../src/decide/decision.ts';
import { nextStep } from '../../src/decide/next-step.ts';
import type { AttemptOutcome } from '../../src/decide/outcome.ts';
import type { EntryEnd, LedgerAttempt, LedgerEntry } from '../../src/ledger/ledger-entry.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { startFaultyUpstream } from '../support/faulty-upstream.ts';
import { runs } from '../support/runs.ts';
import { servedInventory } from '../support/served-inventory.ts';
import { runGateway } from './running-gateway.ts';

const requests = runs(250);
const atOnce = 20;
const withinMs = 24_000;
const wholeMs = 30_000;

/** Three targets, of which each fails three times in ten: one written by others, two on bare connections. */
async function openGateway() {
  const mock = new LLMock({ port: 0, journalMaxEntries: 100 });
  mock.on({ model: 'one' }, { content: 'hello' });
  // The second is rolled only where the first does not hit, and so on: three in ten altogether.
  mock.setChaos({ dropRate: 0.12, malformedRate: 0.12, disconnectRate: 0.1 });
  await mock.start();
  onTestFinished(() => mock.stop());
  const [two, three] = await Promise.all([startFaultyUpstream(7, 0.3), startFaultyUpstream(11, 0.3)]);
  const { config, policy } = servedInventory(
    `
providers:
  first: { kind: openai, base_url: "${mock.url}/v1", api_key: k }
  second: { kind: openai-compatible, base_url: "${two.url}/v1" }
  third: { kind: openai-compatible, base_url: "${three.url}/v1" }
models:
  one: { provider: first, price: free, context_window: 32k }
  two: { provider: second, price: free, context_window: 32k }
  three: { provider: third, price: free, context_window: 32k }
`,
    `routes { otherwise use spread of { one, two, three } on request.id timeout 3s }
retry 1 on { timeout, server_error, overloaded, network, bad_response } backoff 1ms..4ms
fallback on { timeout, server_error, overloaded, network, bad_response } within ${withinMs / 1000}s
cap time ${wholeMs / 1000}s`,
  );
  const begun = new Map<string, LedgerEntry>();
  const entries: (LedgerEntry & EntryEnd)[] = [];
  const ledger = {
    ...noLedger,
    keeps: true,
    begin: async (entry: LedgerEntry) => void begun.set(entry.id, entry),
    end: async (end: EntryEnd) => {
      const entry = begun.get(end.id);
      if (entry !== undefined) entries.push({ ...entry, ...end });
    },
  };
  const gateway = await runGateway(config, policy, '', ledger);
  return { ...gateway, entries };
}

/** Asks for so many answers, some at a time, every other one as a stream; each is read to its end. */
async function askAll(post: (body: unknown) => Promise<Response>): Promise<readonly number[]> {
  const statuses: number[] = [];
  let asked = 0;
  const askOn = async () => {
    while (asked < requests) {
      const stream = asked++ % 2 === 0;
      const response = await post({ model: 'any', stream, messages: [{ role: 'user', content: 'hi' }] });
      await response.text();
      statuses.push(response.status);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, askOn));
  return statuses;
}

/** What `nextStep` does after the first attempts of an entry, at the time at which the next one began or the request ended. */
function stepAfter(entry: LedgerEntry, count: number, now: number) {
  const decision: Decision = { ...entry.decision, facts: { 'request.id': entry.requestId }, trace: [] };
  const indexOf = ({ model }: LedgerAttempt) => decision.attempts.findIndex((attempt) => attempt.model === model);
  const history = entry.attempts.slice(0, count).map((attempt): AttemptOutcome => {
    const { failure, startedMs: startedAt, endedMs: endedAt } = attempt;
    if (failure === null) throw new Error('something followed a success');
    return { index: indexOf(attempt), failure, startedAt, endedAt };
  });
  const step = nextStep(decision, history, now);
  // Both are rounded to whole milliseconds.
  if (step.kind === 'wait' && step.until > now + 1) return 'too early';
  return step.kind === 'give-up' ? 'give-up' : decision.attempts[step.index]?.model;
}

describe('three targets that fail three times in ten', () => {
  it('serve nearly everything, by the very steps that the decision says, and nothing outlives its time', async () => {
    const { post, entries, settled } = await openGateway();
    // What stands still as a whole ends nothing in time.
    const standstill = monitorEventLoopDelay();
    standstill.enable();
    const statuses = await askAll(post);
    await settled();
    standstill.disable();
    expect(entries).toHaveLength(requests);
    const served = statuses.filter((status) => status === 200).length;
    expect(served / requests).toBeGreaterThanOrEqual(0.99);
    for (const entry of entries) {
      entry.attempts.forEach((attempt, index) => {
        expect(stepAfter(entry, index, attempt.startedMs)).toBe(attempt.model);
      });
      const last = entry.attempts.at(-1);
      if (entry.state === 'served') expect(last).toMatchObject({ model: entry.modelServed, failure: null });
      else expect(stepAfter(entry, entry.attempts.length, last?.endedMs ?? 0)).toBe('give-up');
      expect(last?.startedMs).toBeLessThanOrEqual((entry.attempts[0]?.startedMs ?? 0) + withinMs + 1);
      expect(last?.endedMs).toBeLessThanOrEqual(wholeMs + 1000 + standstill.max / 1e6);
    }
    const failures = entries.flatMap(({ attempts }) => attempts.filter(({ failure }) => failure !== null));
    const calls = entries.flatMap(({ attempts }) => attempts);
    expect(failures.length / calls.length).toBeGreaterThan(0.15);
    expect(new Set(failures.map(({ failure }) => failure)).size).toBeGreaterThanOrEqual(4);
  });
});
