import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { answerByName, mockUpstream } from './mocked-upstream.ts';
import { servePolicyText } from './served-policy.ts';

const messages = [{ role: 'user' as const, content: 'what is the weather in Bern?' }];
const bestFirst = `
routes { otherwise use small then large then spare }
fallback on { server_error, overloaded, rate_limited }
`;
const weather = { name: 'weather', arguments: '{"city":"Bern","unit":"celsius"}' };
const tools = [{ type: 'function' as const, function: { name: 'weather' } }];
const outOfOrder = { error: { message: 'out of order', type: 'server_error' }, status: 500 };

type Chunk = OpenAI.Chat.ChatCompletionChunk;

async function choicesOf(stream: AsyncIterable<Chunk>): Promise<readonly Chunk['choices'][number][]> {
  const choices: Chunk['choices'][number][] = [];
  for await (const chunk of stream) choices.push(...chunk.choices);
  return choices;
}

describe('a chat completion by the policy', () => {
  it('is answered whole', async () => {
    const gateway = await servePolicyText(await mockUpstream(answerByName), bestFirst);
    const { data, response } = await gateway.client.chat.completions.create({ model: 'any', messages }).withResponse();
    expect(data.choices[0]?.message.content).toBe('from up-small');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-llmpolicy-policy': gateway.policy.current.digest,
      'x-llmpolicy-route': 'otherwise',
      'x-llmpolicy-model': 'small',
      'x-llmpolicy-attempts': '1',
    });
  });

  it('is streamed', async () => {
    const upstream = await mockUpstream((mock) =>
      mock.on({ model: 'up-small' }, { content: 'sunny, with clouds' }, { chunkSize: 4 }),
    );
    const gateway = await servePolicyText(upstream, bestFirst);
    const stream = await gateway.client.chat.completions.create({ model: 'any', messages, stream: true });
    const chunks = await choicesOf(stream);
    expect(chunks.map((choice) => choice.delta.content ?? '').join('')).toBe('sunny, with clouds');
    expect(chunks.filter((choice) => choice.delta.content).length).toBeGreaterThan(2);
    expect(chunks.at(-1)?.finish_reason).toBe('stop');
  });

  it('brings a tool call back', async () => {
    const upstream = await mockUpstream((mock) => mock.on({ model: 'up-small' }, { toolCalls: [weather] }));
    const gateway = await servePolicyText(upstream, bestFirst);
    const { choices } = await gateway.client.chat.completions.create({ model: 'any', messages, tools });
    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { tool_calls: [{ type: 'function', function: weather }] },
    });
  });

  it('brings streamed tool calls back with their indexes and the reason that it ended', async () => {
    const calls = [weather, { name: 'weather', arguments: '{"city":"Basel","unit":"celsius"}' }];
    const upstream = await mockUpstream((mock) =>
      mock.on({ model: 'up-small' }, { toolCalls: calls }, { chunkSize: 6 }),
    );
    const gateway = await servePolicyText(upstream, bestFirst);
    const stream = await gateway.client.chat.completions.create({ model: 'any', messages, tools, stream: true });
    const chunks = await choicesOf(stream);
    const deltas = chunks.flatMap((choice) => choice.delta.tool_calls ?? []);
    const argumentsOf = (index: number) =>
      deltas.map((delta) => (delta.index === index ? (delta.function?.arguments ?? '') : '')).join('');
    expect([0, 1].map(argumentsOf)).toEqual(calls.map((call) => call.arguments));
    expect(deltas.filter((delta) => delta.function?.name).map(({ index }) => index)).toEqual([0, 1]);
    expect(deltas.length).toBeGreaterThan(4);
    expect(chunks.at(-1)?.finish_reason).toBe('tool_calls');
  });

  it('keeps the result of a tool for the upstream', async () => {
    const upstream = await mockUpstream((mock) =>
      mock.on({ model: 'up-small', toolCallId: 'call_1' }, { content: 'it is sunny' }),
    );
    const gateway = await servePolicyText(upstream, bestFirst);
    const call = { id: 'call_1', type: 'function' as const, function: weather };
    const { choices } = await gateway.client.chat.completions.create({
      model: 'any',
      tools,
      messages: [
        ...messages,
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: '21 degrees' },
      ],
    });
    expect(choices[0]?.message.content).toBe('it is sunny');
  });
});

describe('a model that fails', () => {
  it.each([false, true])('is followed by the next of the plan (stream: %s)', async (stream) => {
    const upstream = await mockUpstream((mock) => {
      mock.on({ model: 'up-small' }, outOfOrder);
      answerByName(mock);
    });
    const gateway = await servePolicyText(upstream, bestFirst);
    const response = await gateway.post({ model: 'any', messages, stream });
    expect(await response.text()).toContain(stream ? '[DONE]' : 'from up-large');
    expect(response.headers.get('x-llmpolicy-attempts')).toBe('2');
    expect(response.headers.get('x-llmpolicy-model')).toBe('large');
    expect(upstream.called()).toEqual(['up-small', 'up-large']);
  });

  it('ends the request where the policy does not fall back on such a failure', async () => {
    const upstream = await mockUpstream((mock) => {
      mock.on({ model: 'up-small' }, outOfOrder);
      answerByName(mock);
    });
    const gateway = await servePolicyText(
      upstream,
      'routes { otherwise use small then large }\nfallback on { rate_limited }',
    );
    expect((await gateway.post({ model: 'any', messages })).status).toBe(502);
    expect(upstream.called()).toEqual(['up-small']);
  });

  it('is named, with all others, where none serves', async () => {
    const upstream = await mockUpstream((mock) => {
      mock.on({ model: 'up-large' }, { error: { message: 'full house' }, status: 503 });
      mock.on({ model: /up-/ }, outOfOrder);
    });
    const gateway = await servePolicyText(upstream, bestFirst);
    const response = await gateway.post({ model: 'any', messages });
    expect(response.status).toBe(502);
    expect(response.headers.get('x-llmpolicy-attempts')).toBe('3');
    expect(await response.json()).toEqual({
      error: {
        message:
          'no model served the request (small server_error, large overloaded, spare server_error); ' +
          'the last one said: out of order',
        type: 'server_error',
        param: null,
        code: 'all_attempts_failed',
      },
    });
  });

  it('is tried again as often as the policy says, before the next', async () => {
    const upstream = await mockUpstream((mock) => {
      mock.on({ model: 'up-small' }, outOfOrder);
      answerByName(mock);
    });
    const rules = `${bestFirst}\nretry 2 on { server_error } backoff 1ms..2ms`;
    const gateway = await servePolicyText(upstream, rules);
    const response = await gateway.post({ model: 'any', messages });
    expect(response.headers.get('x-llmpolicy-attempts')).toBe('4');
    expect(upstream.called()).toEqual(['up-small', 'up-small', 'up-small', 'up-large']);
  });
});

describe('a body that cannot be served', () => {
  const open = async () => servePolicyText(await mockUpstream(answerByName), bestFirst);

  it('is refused with 400 where it is not JSON', async () => {
    const gateway = await open();
    const response = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', body: '{"model": "any",' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { message: 'the body is not JSON', type: 'invalid_request_error', param: null, code: 'invalid_json' },
    });
  });

  it('is refused with 413 where it is larger than the config allows', async () => {
    const gateway = await open();
    const long = [{ role: 'user' as const, content: 'x'.repeat(30_000) }];
    await expect(gateway.client.chat.completions.create({ model: 'any', messages: long })).rejects.toMatchObject({
      status: 413,
      code: 'request_too_large',
      type: 'invalid_request_error',
    });
  });

  it('is refused with 400 where it has no messages', async () => {
    const gateway = await open();
    await expect(gateway.client.chat.completions.create({ model: 'any', messages: [] })).rejects.toMatchObject({
      status: 400,
      code: 'invalid_request',
      param: 'messages',
    });
  });
});
