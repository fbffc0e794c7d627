import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { answerJson, answerStream, completion, scriptUpstream } from '../providers/scripted-upstream.ts';
import { card, type GuardedGateway, inventoryOf, piiGuard, serveGuarded } from './guarded-gateway.ts';

const messages = [{ role: 'user' as const, content: `a text with ${card}` }];

async function startUpstream(farStatus = 200, gate: Promise<unknown> = Promise.resolve()) {
  const { baseUrl, calls } = await scriptUpstream(async (response, { body }) => {
    const { model, stream } = JSON.parse(body);
    if (model === 'up-far') {
      await gate;
      return answerJson(response, farStatus, farStatus === 200 ? completion : { error: { message: 'no' } });
    }
    if (!stream) return answerJson(response, 200, completion);
    const chunk = {
      id: 'c',
      object: 'chat.completion.chunk',
      created: 1,
      model,
      choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: 'stop' }],
    };
    return answerStream(response, [`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`]);
  });
  const sentTo = (name: string) => calls.map(({ body }) => JSON.parse(body)).filter(({ model }) => model === name);
  return { origin: baseUrl.replace(/\/v1$/, ''), sentTo };
}

async function openLedger() {
  const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-mirrors-'));
  const ledger = await openSqliteLedger({ file: join(folder, 'ledger.db') });
  onTestFinished(async () => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  });
  return ledger;
}

const all = { filter: {}, since: 0, until: Number.MAX_SAFE_INTEGER, size: 10, after: null };
const routes = 'routes { otherwise use gpt }';
const mirrored = 'mirror 100% on request.id to far';
const ask = ({ client }: GuardedGateway) => client.chat.completions.create({ model: 'auto', messages });

async function metricOf({ url }: GuardedGateway, name: string) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.split('\n').find((line) => line.startsWith(name));
}

describe('a mirror', () => {
  it('gets a copy, is paid, and stands beside the original in the ledger', async () => {
    const { origin, sentTo } = await startUpstream();
    const ledger = await openLedger();
    const gateway = await serveGuarded(inventoryOf(origin), `${mirrored}\n${routes}`, ledger);
    await ask(gateway);
    await gateway.stopped();
    await gateway.settled();
    expect(sentTo('up-far')).toMatchObject([{ messages }]);
    const { entries } = await ledger.page(all);
    const original = entries.find((entry) => entry.aside === undefined);
    const copy = entries.find((entry) => entry.aside !== undefined);
    expect(original).toMatchObject({ state: 'served', modelServed: 'gpt' });
    expect(copy).toMatchObject({
      state: 'served',
      modelServed: 'far',
      requestId: original?.requestId,
      aside: { of: original?.id, kind: 'mirror' },
    });
    expect(copy?.cost).toBe(original?.cost);
    expect(copy?.cost).toBeGreaterThan(0);
    expect(await metricOf(gateway, 'llmpolicy_mirrors_total')).toBe(
      'llmpolicy_mirrors_total{model="far",outcome="served"} 1',
    );
  });

  it('is waited for by nobody', async () => {
    const gate = Promise.withResolvers<void>();
    const { origin, sentTo } = await startUpstream(200, gate.promise);
    const gateway = await serveGuarded(inventoryOf(origin), `${mirrored}\n${routes}`);
    expect((await ask(gateway)).choices[0]?.message.content).toBe('hi');
    gate.resolve();
    await gateway.stopped();
    expect(sentTo('up-far')).toHaveLength(1);
  });

  it('of a stream is asked as a whole', async () => {
    const { origin, sentTo } = await startUpstream();
    const gateway = await serveGuarded(inventoryOf(origin), `${mirrored}\n${routes}`);
    for await (const _ of await gateway.client.chat.completions.create({
      model: 'auto',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    }));
    await gateway.stopped();
    expect(sentTo('up-far')).toMatchObject([{ messages }]);
    expect(sentTo('up-far')[0]).not.toHaveProperty('stream');
    expect(sentTo('up-far')[0]).not.toHaveProperty('stream_options');
  });

  it('that fails changes nothing, and is taken down as it was', async () => {
    const { origin } = await startUpstream(500);
    const ledger = await openLedger();
    const gateway = await serveGuarded(inventoryOf(origin), `${mirrored}\n${routes}`, ledger);
    await ask(gateway);
    await gateway.stopped();
    await gateway.settled();
    const { entries } = await ledger.page(all);
    expect(entries.find((entry) => entry.aside !== undefined)).toMatchObject({
      state: 'failed',
      attempts: [{ model: 'far', failure: 'server_error', status: 500 }],
    });
  });

  it('is not sent when the request’s budget has nothing left for it', async () => {
    const { origin, sentTo } = await startUpstream();
    // Of one attempt: the input of the request and the most that it may put out, and not of two.
    const rules = `budget each-team $0.003 per ever\ncap output 1k tok\n${mirrored}\n${routes}`;
    const gateway = await serveGuarded(inventoryOf(origin), rules);
    await ask(gateway);
    await gateway.stopped();
    expect([...sentTo('up-gpt'), ...sentTo('up-far')]).toHaveLength(1);
    expect(await metricOf(gateway, 'llmpolicy_mirrors_total')).toContain('not_reserved');
  });

  it('sees what the guards of its own model leave', async () => {
    const { origin, sentTo } = await startUpstream();
    const gateway = await serveGuarded(
      inventoryOf(origin, piiGuard),
      `guard pii on input then redact when model.region != eu\n${mirrored}\n${routes}`,
    );
    await ask(gateway);
    await gateway.stopped();
    expect(JSON.stringify(sentTo('up-gpt'))).toContain(card);
    expect(JSON.stringify(sentTo('up-far'))).toContain('[CARD_1_');
    expect(JSON.stringify(sentTo('up-far'))).not.toContain(card);
  });

  it('that hangs is cancelled when the gateway stops', async () => {
    const { origin } = await startUpstream(200, new Promise(() => undefined));
    const gateway = await serveGuarded(inventoryOf(origin), `${mirrored}\n${routes}`);
    await ask(gateway);
    await gateway.stopped(20);
    expect(await metricOf(gateway, 'llmpolicy_mirrors_total')).toContain('cancelled');
  });

  it('gets only so many copies at once', async () => {
    const gate = Promise.withResolvers<void>();
    const { origin, sentTo } = await startUpstream(200, gate.promise);
    const gateway = await serveGuarded(inventoryOf(origin), `${mirrored}\n${routes}`);
    await Promise.all(Array.from({ length: 130 }, () => ask(gateway)));
    gate.resolve();
    await gateway.stopped();
    expect(sentTo('up-far')).toHaveLength(100);
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).toContain('llmpolicy_mirrors_total{model="far",outcome="dropped"} 30');
  });
});

describe('a judge', () => {
  const guards = 'guards: { rude: { kind: judge, model: far, question: "Is it rude?", timeout: 60s } }';

  /** A judge that says what it is told to; others say hi. */
  async function startJudge(verdict: string) {
    const { baseUrl, calls } = await scriptUpstream((response, { body }) => {
      const isJudge = JSON.parse(body).model === 'up-far';
      const message = { role: 'assistant', content: isJudge ? verdict : 'hi' };
      answerJson(response, 200, { ...completion, choices: [{ index: 0, message, finish_reason: 'stop' }] });
    });
    return { origin: baseUrl.replace(/\/v1$/, ''), calls };
  }

  it('lets pass what it finds nothing in, and what it took stands in the ledger', async () => {
    const { origin } = await startJudge('NO');
    const ledger = await openLedger();
    const gateway = await serveGuarded(
      inventoryOf(origin, guards),
      `budget daily $10 per day\nguard rude on input then block\n${routes}`,
      ledger,
    );
    await ask(gateway);
    await gateway.settled();
    const { entries } = await ledger.page(all);
    const costs = entries.map(({ cost }) => cost ?? 0);
    expect(entries.map(({ aside }) => aside?.kind).sort()).toEqual(['judge', undefined]);
    expect(costs.every((cost) => cost > 0)).toBe(true);
  });

  it('blocks what it says YES to', async () => {
    const { origin, calls } = await startJudge('YES');
    const gateway = await serveGuarded(inventoryOf(origin, guards), `guard rude on input then block\n${routes}`);
    await expect(ask(gateway)).rejects.toMatchObject({
      code: 'guard_blocked',
      message: expect.stringContaining('`rude`'),
    });
    expect(calls.map(({ body }) => JSON.parse(body).model)).toEqual(['up-far']);
  });

  it('is not asked when the request’s budget has nothing left for it: it has failed', async () => {
    const { origin, calls } = await startJudge('NO');
    const gateway = await serveGuarded(
      inventoryOf(origin, guards),
      `budget daily $0.000001 per day\nguard rude on input then block\n${routes}`,
    );
    await expect(ask(gateway)).rejects.toMatchObject({
      code: 'guard_blocked',
      message: expect.stringContaining('could not be asked'),
    });
    expect(calls).toEqual([]);
  });
});
