import { hash } from 'node:crypto';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { answerJson, answerStream, type ReceivedCall, scriptUpstream } from '../providers/scripted-upstream.ts';
import { ableModel, servedInventory } from '../support/served-inventory.ts';
import { runGateway } from './running-gateway.ts';

const own = 'resp_of_the_upstream';

function responseOf({ body }: ReceivedCall, count: number) {
  const { previous_response_id = null } = JSON.parse(body);
  return {
    id: `${own}_${count}`,
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'm',
    output: [],
    previous_response_id,
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
  };
}

const keyLine = (name: string) => `  - { name: ${name}, hash: "sha256:${hash('sha256', name, 'hex')}" }`;

async function openGateway(apiKeys = 'one, two, three') {
  let count = 0;
  const upstream = await scriptUpstream((response, call) => {
    const answer = responseOf(call, count++);
    if (!JSON.parse(call.body).stream) return answerJson(response, 200, answer);
    const events = ['response.created', 'response.in_progress', 'response.completed'];
    return answerStream(
      response,
      events.map((type) => `event: ${type}\ndata: ${JSON.stringify({ type, response: answer })}\n\n`),
    );
  });
  const { config, policy } = servedInventory(
    `
auth: { required: true }
keys:
${keyLine('ann')}
${keyLine('bob')}
providers: { openai: { kind: openai, base_url: "${upstream.baseUrl}", api_keys: [${apiKeys}] } }
models:
  first: { provider: openai, upstream: up-first, answers_to: [any], ${ableModel} }
  second: { provider: openai, upstream: up-second, answers_to: [any], ${ableModel} }
`,
    'routes { route b when request.model == "first" use first then second otherwise use requested }',
  );
  const { url } = await runGateway(config, policy);
  const client = (key: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
  const sent = () => upstream.calls.map(({ headers, body }) => ({ key: headers.authorization, ...JSON.parse(body) }));
  return { ann: client('ann'), bob: client('bob'), sent };
}

const first = { model: 'first', input: 'hi' };

describe('an answer that is gone on from', () => {
  it('is known to its caller by another id, which leads to the model and the key that made it', async () => {
    const { ann, sent } = await openGateway();
    await ann.responses.create(first);
    const answer = await ann.responses.create(first);
    expect(answer.id).toMatch(/^resp_/);
    expect(answer.id).not.toContain(own);
    for (const model of ['first', 'any']) {
      const next = await ann.responses.create({ model, input: 'go on', previous_response_id: answer.id });
      expect(next).toMatchObject({ previous_response_id: answer.id });
      expect(next.id).not.toContain(own);
    }
    const [, made, ...continued] = sent();
    for (const call of continued) {
      expect(call).toMatchObject({ key: made?.key, model: 'up-first', previous_response_id: `${own}_1` });
    }
  });

  it('has the same id in every event of a stream', async () => {
    const { ann } = await openGateway();
    const ids: string[] = [];
    for await (const event of await ann.responses.create({ ...first, stream: true })) {
      if ('response' in event) ids.push(event.response.id);
    }
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
    const next = await ann.responses.create({ ...first, previous_response_id: ids[0] ?? '' });
    expect(next.status).toBe('completed');
  });

  it('is its caller’s alone, and nobody can make up its id', async () => {
    const { ann, bob, sent } = await openGateway();
    const { id } = await ann.responses.create(first);
    const [payload = '', mark = ''] = id.slice('resp_'.length).split('.');
    const content = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const other = Buffer.from(JSON.stringify(['second', ...content.slice(1)])).toString('base64url');
    const refused = { status: 400, code: 'previous_response_not_found', param: 'previous_response_id' };
    const goOn = (client: OpenAI, previous: string) =>
      client.responses.create({ ...first, previous_response_id: previous });
    await expect(goOn(bob, id)).rejects.toMatchObject(refused);
    for (const forged of [own, `resp_${other}.${mark}`, `resp_${payload}.`, 'resp_', 'x']) {
      await expect(goOn(ann, forged)).rejects.toMatchObject(refused);
    }
    expect(sent()).toHaveLength(1);
  });

  it('is not gone on from with another model', async () => {
    const { ann, sent } = await openGateway();
    const { id } = await ann.responses.create(first);
    const asked = ann.responses.create({ model: 'second', input: 'go on', previous_response_id: id });
    await expect(asked).rejects.toMatchObject({ status: 403, code: 'no-model-left' });
    expect(sent()).toHaveLength(1);
  });

  it('holds where a provider has one key', async () => {
    const { ann } = await openGateway('one');
    const { id } = await ann.responses.create(first);
    const next = await ann.responses.create({ ...first, previous_response_id: id });
    expect(next.previous_response_id).toBe(id);
  });
});
