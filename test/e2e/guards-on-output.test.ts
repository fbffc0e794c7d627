import { LLMock } from '@copilotkit/aimock';
import { describe, expect, it, onTestFinished } from 'vitest';
import { card, type GuardedGateway, inventoryOf, piiGuard, serveGuarded } from './guarded-gateway.ts';

const digits = card.replaceAll(' ', '');
const answer = `The card is ${card}, as you said. `.repeat(3).trim();
const models = ['up-gpt', 'up-claude'];

async function startMock(script: (mock: LLMock) => void) {
  const mock = new LLMock({ port: 0 });
  script(mock);
  await mock.start();
  onTestFinished(() => mock.stop());
  return mock.url;
}

const saying = (response: Parameters<LLMock['on']>[1], chunkSize: number, latency = 0) =>
  startMock((mock) => {
    for (const model of models) mock.on({ model }, response, { chunkSize, latency });
  });

const go = [{ role: 'user' as const, content: 'go' }];

/** The text, the thoughts and the arguments that an official client puts together from a stream. */
interface Read {
  readonly text: string;
  readonly args: string;
  readonly raw: string;
}

const readers: Readonly<Record<string, (gateway: GuardedGateway, model: string) => Promise<Read>>> = {
  async chat({ client }, model) {
    const raw: unknown[] = [];
    const stream = client.chat.completions.stream({ model, messages: go });
    stream.on('chunk', (chunk) => void raw.push(chunk));
    const { choices } = await stream.finalChatCompletion();
    const [choice] = choices;
    const [call] = choice?.message.tool_calls ?? [];
    return {
      text: choice?.message.content ?? '',
      args: call?.type === 'function' ? call.function.arguments : '',
      raw: JSON.stringify([raw, choices]),
    };
  },
  async responses({ client }, model) {
    const raw: unknown[] = [];
    const stream = client.responses.stream({ model, input: 'go' });
    stream.on('event', (event) => void raw.push(event));
    const response = await stream.finalResponse();
    const call = response.output.find((item) => item.type === 'function_call');
    return { text: response.output_text, args: call?.arguments ?? '', raw: JSON.stringify([raw, response]) };
  },
  async messages({ anthropic }, model) {
    const raw: unknown[] = [];
    const stream = anthropic.messages.stream({ model, max_tokens: 100, messages: go });
    stream.on('streamEvent', (event) => void raw.push(event));
    const { content } = await stream.finalMessage();
    const call = content.find((block) => block.type === 'tool_use');
    const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
    return { text, args: call ? JSON.stringify(call.input) : '', raw: JSON.stringify([raw, content]) };
  },
};

const cells = Object.keys(readers).flatMap((api) => ['gpt', 'claude'].map((model) => [api, model] as const));
const redacted = /^(The card is \[CARD_1_[0-9a-f]+\], as you said\. ?){3}$/;

describe.each(['window 1kB', 'window 100B', 'buffer'])('a streamed answer that is redacted by %s', (how) => {
  it.each(cells)('holds no card number, wherever it was cut: %s of %s', async (api, model) => {
    for (const chunkSize of [1, 5, 17]) {
      const gateway = await serveGuarded(
        inventoryOf(await saying({ content: answer }, chunkSize), piiGuard),
        `guard pii on output then redact stream ${how}`,
      );
      const { text, raw } = (await readers[api]?.(gateway, model)) ?? { text: '', raw: '' };
      expect(text).toMatch(redacted);
      expect(raw).not.toContain(card);
    }
  });

  it.each(cells)('gives the arguments of a call as JSON that holds none: %s of %s', async (api, model) => {
    const call = { name: 'pay', arguments: `{"card":"${card}","again":${digits},"sum":"1 \\u20ac"}` };
    const gateway = await serveGuarded(
      inventoryOf(await saying({ toolCalls: [call] }, 4), piiGuard),
      `guard pii on output then redact stream ${how}`,
    );
    const { args, raw } = (await readers[api]?.(gateway, model)) ?? { args: '', raw: '' };
    const read = JSON.parse(args);
    expect(read.card).toMatch(/^\[CARD_\d_[0-9a-f]+\]$/);
    expect(read).toMatchObject({ again: expect.stringMatching(/^\[CARD/), sum: '1 €' });
    expect(raw).not.toContain(card);
    expect(raw).not.toContain(digits);
  });
});

describe('an answer that is not streamed', () => {
  it.each(cells)('holds no card number that the policy redacts: %s of %s', async (api, model) => {
    const origin = await saying({ content: answer, reasoning: `so ${card}` }, 100);
    const { client, anthropic } = await serveGuarded(inventoryOf(origin, piiGuard), 'guard pii on output then redact');
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      chat: () => client.chat.completions.create({ model, messages: go }),
      responses: () => client.responses.create({ model, input: 'go' }),
      messages: () => anthropic.messages.create({ model, max_tokens: 100, messages: go }),
    };
    const said = JSON.stringify(await calls[api]?.());
    expect(said).toContain('[CARD_1_');
    expect(said).not.toContain(card);
  });

  it('that is blocked is an error of the API, is paid, and says nothing of what it was', async () => {
    const origin = await saying({ content: answer }, 100);
    const gateway = await serveGuarded(inventoryOf(origin, piiGuard), 'guard pii on output then block');
    const asked = gateway.client.chat.completions.create({ model: 'gpt', messages: go });
    await expect(asked).rejects.toMatchObject({ status: 400, code: 'guard_blocked' });
    const [entry] = await gateway.logLines(1);
    expect(entry).toMatchObject({
      outcome: 'rejected',
      guards: [{ guard: 'pii', point: 'output', rule: 'card', count: 3 }],
    });
    expect(gateway.logText()).not.toContain('4111');
  });
});

describe('a streamed answer that is blocked', () => {
  it.each(cells)('by its window breaks off with an error event before the text: %s of %s', async (api, model) => {
    const long = `${'All is well, and it goes on. '.repeat(60)}${card}`;
    const gateway = await serveGuarded(
      inventoryOf(await saying({ content: long }, 60, 2), piiGuard),
      'guard pii on output then block stream window 500B',
    );
    await expect(readers[api]?.(gateway, model)).rejects.toThrow(/`pii`.*`card`/);
    const [entry] = await gateway.logLines(1);
    expect(entry).toMatchObject({
      status: 200,
      outcome: 'broken',
      error: 'guard_blocked',
      usage: { outputTokens: expect.any(Number) },
    });
  });

  it.each(cells)('as a whole is an error before anything was sent: %s of %s', async (api, model) => {
    const gateway = await serveGuarded(
      inventoryOf(await saying({ content: answer }, 7), piiGuard),
      'guard pii on output then block stream buffer',
    );
    await expect(readers[api]?.(gateway, model)).rejects.toMatchObject({ status: 400 });
  });
});

describe('what was redacted on input', () => {
  const restoring = 'guards: { pii: { kind: pii, restore: true, timeout: 60s } }';

  /** An upstream that says what it was asked, in pieces. */
  const echoing = () =>
    startMock((mock) => {
      mock.on({}, ({ messages }) => ({ content: `You said: ${String(messages.at(-1)?.content)}!` }), { chunkSize: 3 });
    });

  it.each(cells)('stands in the stream again where the config says so: %s of %s', async (api, model) => {
    const gateway = await serveGuarded(inventoryOf(await echoing(), restoring), 'guard pii on input then redact');
    const asked = { ...gateway, ...asking(gateway, `pay ${card} now`) };
    const { text } = (await readers[api]?.(asked, model)) ?? { text: '' };
    expect(text).toBe(`You said: pay ${card} now!`);
  });

  it('stands in a whole answer again, and was not sent', async () => {
    const gateway = await serveGuarded(inventoryOf(await echoing(), restoring), 'guard pii on input then redact');
    const messages = [{ role: 'user' as const, content: `pay ${card} now` }];
    const { choices } = await gateway.client.chat.completions.create({ model: 'gpt', messages });
    expect(choices[0]?.message.content).toBe(`You said: pay ${card} now!`);
  });
});

/** Clients whose questions have another text. */
function asking({ client, anthropic }: GuardedGateway, text: string) {
  const changed =
    (fetcher: typeof fetch): typeof fetch =>
    (url, init) =>
      fetcher(url, { ...init, body: String(init?.body).replace('"go"', JSON.stringify(text)) });
  return {
    client: client.withOptions({ fetch: changed(fetch) }),
    anthropic: anthropic.withOptions({ fetch: changed(fetch) }),
  };
}
