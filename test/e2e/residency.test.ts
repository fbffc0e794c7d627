import { describe, expect, it, onTestFinished } from 'vitest';
import type { Decision } from '../../src/decide/decision.ts';
import { answerJson, completion, scriptUpstream } from '../providers/scripted-upstream.ts';
import { startService } from '../support/misbehaving-service.ts';
import { card, inventoryOf, serveGuarded } from './guarded-gateway.ts';

const rules = `
@id(residency) deny model when request.data_region == eu and model.region != eu because "EU data stays in the EU"
guard asked on both then block
guard mod on both then block
guard names on both then redact
guard hook on both then block
mirror 100% on request.id to far
routes { otherwise use far then gpt }`;

async function startWorld(onError: 'pass' | 'block', region = 'us') {
  const model = await scriptUpstream((response, { body }) => {
    const verdict = body.includes('You judge a text')
      ? { ...completion, choices: [{ index: 0, message: { role: 'assistant', content: 'NO' }, finish_reason: 'stop' }] }
      : completion;
    answerJson(response, 200, verdict);
  });
  const services = {
    mod: await startService(() => ({ results: [{ flagged: false, categories: {} }] })),
    names: await startService(() => []),
    hook: await startService(() => ({ results: [{ allow: true }] })),
  };
  onTestFinished(async () => {
    await Promise.all(Object.values(services).map((service) => service.stop()));
  });
  const common = `region: ${region}, on_error: ${onError}, timeout: 60s`;
  const guards = `guards:
  asked: { kind: judge, model: far, question: "Is it rude?", on_error: ${onError}, timeout: 60s }
  mod: { kind: moderation, base_url: "${services.mod.url}", ${common} }
  names: { kind: presidio, base_url: "${services.names.url}", ${common} }
  hook: { kind: webhook, url: "${services.hook.url}", secret: s3cret, ${common} }`;
  const gateway = await serveGuarded(inventoryOf(model.baseUrl.replace(/\/v1$/, ''), guards), rules);
  const outside = () => ({
    far: model.calls.filter(({ body }) => body.includes('up-far')).length,
    mod: services.mod.asked.length,
    names: services.names.asked.length,
    hook: services.hook.asked.length,
  });
  const headers = { 'x-data-region': 'eu' };
  const ask = (options?: { headers: Record<string, string> }) =>
    gateway.client.chat.completions.create(
      { model: 'auto', messages: [{ role: 'user', content: `a text with ${card}` }] },
      options,
    );
  return { gateway, outside, ask, askEu: () => ask({ headers }), model };
}

describe('a request that is to stay in the EU, with a judge, moderation, an analyser, a webhook and a mirror outside it', () => {
  it('reaches none of them, and is served in the EU where they may be passed over', async () => {
    const { askEu, outside, model, gateway } = await startWorld('pass');
    await askEu();
    await gateway.stopped();
    expect(outside()).toEqual({ far: 0, mod: 0, names: 0, hook: 0 });
    expect(model.calls.map(({ body }) => JSON.parse(body).model)).toEqual(['up-gpt']);
    const [entry] = await gateway.logLines(1);
    const failed = ['asked', 'mod', 'names', 'hook'].map((guard) => ({ guard, outcome: 'failed', rule: 'failed' }));
    for (const wanted of failed) expect(entry?.['guards']).toContainEqual(expect.objectContaining(wanted));
  });

  it('reaches nobody at all where they may not be passed over', async () => {
    const { askEu, outside, model } = await startWorld('block');
    await expect(askEu()).rejects.toMatchObject({ status: 400, code: 'guard_blocked' });
    expect(outside()).toEqual({ far: 0, mod: 0, names: 0, hook: 0 });
    expect(model.calls).toEqual([]);
  });

  it('is shown with all that the constraint removed', async () => {
    const { gateway } = await startWorld('pass');
    const headers = { 'content-type': 'application/json', 'x-data-region': 'eu', authorization: 'Bearer adm1n' };
    const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'go' }] });
    const answer = await fetch(`${gateway.url}/v1/decide`, { method: 'POST', headers, body });
    const decision = (await answer.json()) as Decision;
    const removed = decision.removed.filter(({ rule }) => rule === 'residency');
    expect(removed.map(({ model }) => model)).toEqual(['far', 'mod', 'names', 'hook']);
    expect(decision.obligations.mirrors).toEqual([]);
  });

  it('would have reached each of them otherwise', async () => {
    const { ask, outside, gateway } = await startWorld('block');
    await ask();
    await gateway.stopped();
    const { far, ...services } = outside();
    expect(far).toBeGreaterThanOrEqual(4);
    expect(services).toEqual({ mod: 2, names: 2, hook: 2 });
  });

  it('reaches those that are in the EU', async () => {
    const { askEu, outside } = await startWorld('pass', 'eu');
    await askEu();
    expect(outside()).toEqual({ far: 0, mod: 2, names: 2, hook: 2 });
  });
});

describe('a policy that asks where content goes', () => {
  it('is not served while a webhook does not say where it is', async () => {
    const guards = 'guards: { hook: { kind: webhook, url: "http://127.0.0.1:1", secret: s } }';
    const served = serveGuarded(inventoryOf('http://127.0.0.1:1', guards), 'deny model when model.region != eu');
    await expect(served).rejects.toThrow(/`hook` has no `region`/);
  });
});
