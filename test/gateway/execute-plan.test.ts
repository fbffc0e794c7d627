import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/decide/decision.ts';
import { nextStep } from '../../src/decide/next-step.ts';
import { noObligations } from '../../src/decide/obligations.ts';
import type { Clock } from '../../src/gateway/clock.ts';
import { executePlan, type PlanRun } from '../../src/gateway/execute-plan.ts';
import type { FailureClass } from '../../src/protocol/failure.ts';
import { noUsage } from '../../src/protocol/messages/usage.ts';
import { surfaces } from '../../src/protocol/surfaces.ts';
import type { UpstreamAnswer, UpstreamFailure } from '../../src/protocol/upstream-answer.ts';
import type { Provider, UpstreamCall } from '../../src/providers/provider.ts';
import { configOf, sandboxInventory } from './sample-config.ts';
import { decisionFor } from './sample-decision.ts';

const config = configOf(sandboxInventory);
const request = surfaces.chat.readRequest({ model: 'auto', messages: [{ role: 'user', content: 'hi' }] });
const asked = { request, headers: {}, sealFor: () => (id: string) => id };
const served: UpstreamAnswer = { kind: 'whole', headers: {}, body: Buffer.from('{}'), usage: undefined };

function failed(failure: FailureClass, retryAfterMs?: number): UpstreamAnswer {
  const words = { status: 500, message: 'no', code: null, param: null };
  return { kind: 'failure', failure, ...words, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Each call takes 10 ms; waiting takes its length. No real time passes. */
function runWith(decision: Decision, answers: readonly UpstreamAnswer[], caller = new AbortController()) {
  const calls: UpstreamCall[] = [];
  const waits: number[] = [];
  let now = 1000;
  const clock: Clock = {
    now: () => now,
    wallNow: () => now,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
  const provider: Provider = {
    name: 'sandbox',
    sign: () => undefined,
    close: () => Promise.resolve(),
    async attempt(call) {
      calls.push(call);
      now += 10;
      return answers[calls.length - 1] ?? served;
    },
  };
  const ended: (string | undefined)[] = [];
  const health = {
    ended: (model: string, failure: UpstreamFailure | null) =>
      void ended.push(`${model} ${failure?.failure ?? 'well'}`),
  };
  const tools = { providers: new Map([['sandbox', provider]]), nextStep, clock, health };
  const run: Promise<PlanRun> = executePlan(tools, spendsNothing(decision), asked, 1000, caller.signal);
  return { run, calls, waits, clock, caller, ended };
}

/** Every attempt may be made. */
function spendsNothing(decision: Decision): Parameters<typeof executePlan>[1] {
  const settled = { usage: noUsage, doubt: null, cost: undefined };
  const attempt = { settle: () => settled, release: () => undefined };
  return { decision, attempt: async () => ({ kind: 'reserved', attempt }) };
}

describe('carrying out a plan', () => {
  it('calls the first model and no other where it serves', async () => {
    const { run, calls } = runWith(decisionFor(config, ['echo', 'broken']), []);
    expect(await run).toMatchObject({ served: { model: 'echo' }, upstreamMs: 10 });
    expect(calls).toMatchObject([{ upstream: 'echo', request }]);
  });

  it('goes on to the next model after a failure, and tells of both', async () => {
    const { run } = runWith(decisionFor(config, ['broken', 'echo']), [failed('server_error')]);
    const { attempts, served: by } = await run;
    expect(by?.model).toBe('echo');
    expect(attempts).toMatchObject([
      { model: 'broken', failure: { failure: 'server_error' }, startedAt: 0, endedAt: 10 },
      { model: 'echo', failure: null, startedAt: 10, endedAt: 20 },
    ]);
  });

  it('waits as long as the plan says before it tries again, and counts the wait as the upstream’s time', async () => {
    const retry = [{ on: ['rate_limited'] as const, times: 1, backoffMs: [200, 2000] as const }];
    const { run, waits } = runWith(decisionFor(config, ['busy'], { retry }), [failed('rate_limited', 700)]);
    expect(await run).toMatchObject({ served: { model: 'busy' }, upstreamMs: 720 });
    expect(waits).toEqual([700]);
  });

  it('gives up where the plan does', async () => {
    const { run } = runWith(decisionFor(config, ['broken', 'busy']), [failed('server_error'), failed('rate_limited')]);
    const { served: by, attempts } = await run;
    expect(by).toBeUndefined();
    expect(attempts.map(({ failure }) => failure?.failure)).toEqual(['server_error', 'rate_limited']);
  });

  it('calls nobody else once its caller has gone', async () => {
    const caller = new AbortController();
    const { run, calls } = runWith(decisionFor(config, ['broken', 'echo']), [failed('network')], caller);
    caller.abort();
    expect((await run).served).toBeUndefined();
    expect(calls).toHaveLength(1);
  });

  it('tells of every call how it ended, but of none that its caller or the time of the request cut short', async () => {
    const told = runWith(decisionFor(config, ['broken', 'echo']), [failed('bad_request')]);
    await told.run;
    expect(told.ended).toEqual(['broken bad_request', 'echo well']);
    const caller = new AbortController();
    const left = runWith(decisionFor(config, ['broken']), [failed('network')], caller);
    caller.abort();
    await left.run;
    const caps = { caps: { time: '5ms' } };
    const late = runWith(decisionFor(config, ['broken'], { obligations: { ...noObligations, ...caps } }), [
      failed('timeout'),
    ]);
    await late.run;
    expect([...left.ended, ...late.ended]).toEqual([]);
  });

  it('hands each attempt its own limits', async () => {
    const decision = decisionFor(config, ['echo']);
    const attempts = decision.attempts.map((attempt) => ({ ...attempt, timeoutMs: 5, firstTokenTimeoutMs: 2 }));
    const { run, calls } = runWith({ ...decision, attempts }, []);
    await run;
    expect(calls).toMatchObject([{ timeoutMs: 5, firstTokenTimeoutMs: 2 }]);
  });
});
