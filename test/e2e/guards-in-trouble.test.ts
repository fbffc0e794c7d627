import { describe, expect, it, onTestFinished } from 'vitest';
import { answerJson, completion, scriptUpstream } from '../providers/scripted-upstream.ts';
import { startService } from '../support/misbehaving-service.ts';
import { until } from '../support/until.ts';
import { card, inventoryOf, piiGuard, serveGuarded } from './guarded-gateway.ts';

async function startUpstream() {
  const { baseUrl, calls } = await scriptUpstream((response) => answerJson(response, 200, completion));
  return { origin: baseUrl.replace(/\/v1$/, ''), calls };
}

/** Allows each of the texts that it is asked about. */
const allowAll = (body: unknown) => ({
  results: (body as { texts: readonly unknown[] }).texts.map(() => ({ allow: true })),
});

const chat = (content: string) => ({ model: 'gpt', messages: [{ role: 'user' as const, content }] });

describe('a webhook', () => {
  it.each(['hang', 'html', 'fail', 'other-json', 'no-json'] as const)(
    'that does this keeps to its time and its choice: %s',
    async (way) => {
      const service = await startService(allowAll);
      onTestFinished(() => service.stop());
      service.behave = way;
      const { origin, calls } = await startUpstream();
      const hook = `kind: webhook, url: "${service.url}/hook/t0ken", secret: s3cret, timeout: ${way === 'hang' ? '60ms' : '60s'}`;
      const guards = `guards: { strict: { ${hook} }, lax: { ${hook}, on_error: pass } }`;
      const strict = await serveGuarded(inventoryOf(origin, guards), 'guard strict on input then block');
      await expect(strict.client.chat.completions.create(chat('a'))).rejects.toMatchObject({
        status: 400,
        code: 'guard_blocked',
      });
      expect(calls).toEqual([]);
      const lax = await serveGuarded(inventoryOf(origin, guards), 'guard lax on input then block');
      await lax.client.chat.completions.create(chat('a'));
      expect(calls).toHaveLength(1);
      const metrics = await (await fetch(`${lax.url}/metrics`)).text();
      expect(metrics).toContain(
        'llmpolicy_guard_hits_total{guard="lax",point="input",action="block",outcome="failed",mode="live"} 1',
      );
      expect(strict.logText() + lax.logText()).not.toContain('t0ken');
    },
  );

  it('is asked once about every text of a request, and knows who asks', async () => {
    const service = await startService(allowAll);
    onTestFinished(() => service.stop());
    const { origin } = await startUpstream();
    const guards = `guards: { hook: { kind: webhook, url: "${service.url}/check", secret: s3cret, timeout: 60s } }`;
    const { client } = await serveGuarded(inventoryOf(origin, guards), 'guard hook on both then block');
    await client.chat.completions.create({
      model: 'gpt',
      messages: [
        { role: 'system', content: 'be kind' },
        { role: 'user', content: 'a' },
      ],
      user: 'jo',
    });
    expect(service.asked.map(({ body }) => JSON.parse(body))).toEqual([
      {
        guard: 'hook',
        point: 'input',
        texts: [
          { role: 'system', form: 'text', text: 'be kind' },
          { role: 'user', form: 'text', text: 'a' },
          { role: 'label', form: 'text', text: 'jo' },
        ],
      },
      { guard: 'hook', point: 'output', texts: [{ role: 'assistant', form: 'text', text: 'hi' }] },
    ]);
    expect(service.asked[0]?.headers['webhook-signature']).toMatch(/^v1,/);
  });
});

describe('a text that is hard to look at', () => {
  it('of ten megabytes is looked at, in one text and in many', async () => {
    const { origin, calls } = await startUpstream();
    const { client } = await serveGuarded(
      inventoryOf(origin, 'guards: { words: { kind: keywords, words: [ "project-x" ], timeout: 60s } }'),
      'guard words on input then redact',
    );
    const filler = 'All is well. '.repeat(800_000);
    await client.chat.completions.create(chat(`${filler}project-x`));
    const many = Array.from({ length: 400 }, (_, index) => ({
      role: 'user' as const,
      content: `${filler.slice(0, 25_000)} ${index === 399 ? 'project-x' : ''}`,
    }));
    await client.chat.completions.create({ model: 'gpt', messages: many });
    for (const { body } of calls) {
      expect(body.length).toBeGreaterThan(9_000_000);
      expect(body.includes('project-x')).toBe(false);
    }
    expect(calls).toHaveLength(2);
  });

  it('does not hold up others meanwhile', async () => {
    const { origin, calls } = await startUpstream();
    const gateway = await serveGuarded(inventoryOf(origin, piiGuard), 'guard pii on input then observe');
    const long = gateway.client.chat.completions.create(chat(`${card} `.repeat(10_000)));
    await until('the long text to be there', () => gateway.gate.running === 1 || undefined);
    let others = 0;
    for (; calls.length === 0; others++) await (await fetch(`${gateway.url}/healthz`)).text();
    await long;
    // Were it looked at on the thread that serves, one or two would be answered between that and the call upstream.
    expect(others).toBeGreaterThan(4);
  });

  it('is no UTF-8: what cannot be read is replaced, and the rest is looked at', async () => {
    const { origin, calls } = await startUpstream();
    const gateway = await serveGuarded(inventoryOf(origin, piiGuard), 'guard pii on input then redact');
    const [before, behind] = JSON.stringify(chat(`HERE ${card}`)).split('HERE');
    const body = Buffer.concat([
      Buffer.from(before ?? ''),
      Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
      Buffer.from(behind ?? ''),
    ]);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    expect(calls[0]?.body).toContain('[CARD_1_');
    expect(calls[0]?.body).not.toContain(card);
  });

  it('would take another engine for ever, and takes this one no time', async () => {
    const { origin, calls } = await startUpstream();
    const guards = `guards:
  slow: { kind: regex, patterns: { doubled: "(a+)+$|(x|x)*y" }, timeout: 60s }
  shape: { kind: json-schema, schema: { type: string, pattern: "^(a+)+$" }, timeout: 60s }`;
    const { client } = await serveGuarded(
      inventoryOf(origin, guards),
      'guard slow on input then observe\nguard shape on input then observe',
    );
    await client.chat.completions.create(chat(`${'a'.repeat(30_000)}!`));
    await client.chat.completions.create(chat(JSON.stringify(`${'a'.repeat(40)}!`)));
    expect(calls).toHaveLength(2);
  });

  it('is nested too deeply: it is refused, not passed on unseen', async () => {
    const { origin, calls } = await startUpstream();
    const gateway = await serveGuarded(inventoryOf(origin, piiGuard), 'guard pii on input then redact');
    const body = `{"model":"gpt","messages":[{"role":"user","content":${'['.repeat(3000)}"${card}"${']'.repeat(3000)}}]}`;
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(400);
    expect(calls).toEqual([]);
  });
});
