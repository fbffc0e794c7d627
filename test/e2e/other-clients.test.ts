import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { tool as aiTool, generateText, jsonSchema, stepCountIs, streamText } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toolSchema } from '../behaviours/behaviours.ts';
import { type Cells, openCells } from '../behaviours/cells.ts';
import { upstreams } from '../behaviours/upstreams.ts';

// The AI SDK tells the console of models that it does not know.
globalThis.AI_SDK_LOG_WARNINGS = false;

let cells: Cells;
beforeAll(async () => {
  cells = await openCells();
});
afterAll(() => cells.close());

const openai = () => createOpenAI({ baseURL: `${cells.url}/v1`, apiKey: 'none' });
const anthropic = () => createAnthropic({ baseURL: `${cells.url}/v1`, apiKey: 'none' });
const models = upstreams.map(({ model }) => model);

/** Every API, as the AI SDK's own providers speak it. */
const surfaces = [
  ['chat', (model: string) => openai().chat(model)],
  ['responses', (model: string) => openai().responses(model)],
  ['messages', (model: string) => anthropic()(model)],
] as const;

const cases = surfaces.flatMap(([surface, modelOf]) => models.map((model) => ({ surface, model, modelOf })));
const weather = aiTool({
  description: 'the weather',
  inputSchema: jsonSchema<{ city: string }>(toolSchema),
  execute: async () => 'sunny',
});

describe('the AI SDK', () => {
  it.each(cases)('reads text and calls whole, by $surface from $model', async ({ model, modelOf }) => {
    const said = await generateText({ model: modelOf(model), prompt: 'say hello', maxRetries: 0 });
    expect(said).toMatchObject({ text: 'Hello there.', finishReason: 'stop', usage: { inputTokens: 1100 } });
    const called = await generateText({
      model: modelOf(model),
      prompt: 'weather in one city',
      tools: { weather },
      stopWhen: stepCountIs(1),
      maxRetries: 0,
    });
    expect(called.toolCalls).toMatchObject([{ toolName: 'weather', input: { city: 'Lyon' } }]);
    expect(called.finishReason).toBe('tool-calls');
  });

  it.each(cases)('reads streams, by $surface from $model', async ({ model, modelOf }) => {
    const said = streamText({ model: modelOf(model), prompt: 'say hello', maxRetries: 0 });
    expect(await said.text).toBe('Hello there.');
    const called = streamText({
      model: modelOf(model),
      prompt: 'weather in one city',
      tools: { weather },
      stopWhen: stepCountIs(1),
      maxRetries: 0,
    });
    expect(await called.toolCalls).toMatchObject([{ toolName: 'weather', input: { city: 'Lyon' } }]);
  });
});

describe('LangChain', () => {
  const tools = [tool(() => 'sunny', { name: 'weather', description: 'the weather', schema: toolSchema })];
  const chat = (model: string) =>
    new ChatOpenAI({ model, apiKey: 'none', maxRetries: 0, configuration: { baseURL: `${cells.url}/v1` } });
  const claude = (model: string) =>
    new ChatAnthropic({ model, apiKey: 'none', maxRetries: 0, anthropicApiUrl: cells.url });

  it.each(models)('talks to %s as to OpenAI, whole, streamed and with tools', async (model) => {
    expect((await chat(model).invoke('say hello')).content).toBe('Hello there.');
    let text = '';
    for await (const chunk of await chat(model).stream('say hello')) text += chunk.text;
    expect(text).toBe('Hello there.');
    const { tool_calls: calls } = await chat(model)
      .bindTools(tools)
      .invoke([new HumanMessage('weather in one city')]);
    expect(calls).toMatchObject([{ name: 'weather', args: { city: 'Lyon' } }]);
  });

  it.each(models)('talks to %s as to Anthropic, whole, streamed and with tools', async (model) => {
    expect((await claude(model).invoke('say hello')).text).toBe('Hello there.');
    let text = '';
    for await (const chunk of await claude(model).stream('say hello')) text += chunk.text;
    expect(text).toBe('Hello there.');
    const { tool_calls: calls } = await claude(model)
      .bindTools(tools)
      .invoke([new HumanMessage('weather in one city')]);
    expect(calls).toMatchObject([{ name: 'weather', args: { city: 'Lyon' } }]);
  });
});

it('has no embeddings for LangChain where no model makes any', async () => {
  const embeddings = new OpenAIEmbeddings({
    model: 'gpt',
    apiKey: 'none',
    maxRetries: 0,
    configuration: { baseURL: `${cells.url}/v1` },
  });
  await expect(embeddings.embedQuery('hi')).rejects.toThrow(/no model/i);
});
