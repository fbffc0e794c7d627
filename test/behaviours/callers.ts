import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { type Behaviour, systemWords, toolSchema } from './behaviours.ts';

/** What an official client makes of an answer. */
export interface Outcome {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  readonly callIds: readonly string[];
  readonly finish: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Every count, in the gateway's words. */
  readonly counted: Readonly<Record<string, number>>;
}

/** One API, spoken by its vendor's own client. */
export interface CallerApi {
  readonly name: 'chat' | 'responses' | 'messages';
  readonly finish: { readonly whole: string; readonly calls: string };
  ask(url: string, model: string, behaviour: Behaviour, stream: boolean): Promise<Outcome>;
}

const openAi = (url: string) => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
const anthropic = (url: string) => new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 });

function chatBody(model: string, { prompt, tools, earlier, schema, image, effort }: Behaviour) {
  const history =
    earlier.length === 0
      ? []
      : [
          { role: 'user' as const, content: 'weather in two cities' },
          {
            role: 'assistant' as const,
            tool_calls: earlier.map(({ id, city }) => ({
              id,
              type: 'function' as const,
              function: { name: 'weather', arguments: JSON.stringify({ city }) },
            })),
          },
          ...earlier.map(({ id, result }) => ({ role: 'tool' as const, tool_call_id: id, content: result })),
        ];
  const content =
    image === undefined
      ? prompt
      : [
          { type: 'text' as const, text: prompt },
          { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${image}` } },
        ];
  return {
    model,
    max_completion_tokens: 2000,
    messages: [{ role: 'system' as const, content: systemWords }, ...history, { role: 'user' as const, content }],
    ...(tools.length > 0 && {
      tools: tools.map((name) => ({
        type: 'function' as const,
        function: { name, description: `the ${name}`, parameters: toolSchema },
      })),
      tool_choice: 'required' as const,
    }),
    ...(schema && {
      response_format: { type: 'json_schema' as const, json_schema: { name: 'answer', schema, strict: true } },
    }),
    ...(effort && { reasoning_effort: effort }),
  };
}

type ChatBody = ReturnType<typeof chatBody>;

/** Not OpenAI's, but what every server that shows its thoughts in chat completions calls them. */
const thoughtsIn = (holder: object | undefined): string =>
  holder !== undefined && 'reasoning_content' in holder ? String(holder.reasoning_content) : '';

async function wholeChat(client: OpenAI, body: ChatBody) {
  const answer = await client.chat.completions.create(body);
  return { answer, thoughts: thoughtsIn(answer.choices[0]?.message) };
}

async function streamChat(client: OpenAI, body: ChatBody) {
  let thoughts = '';
  const stream = client.chat.completions.stream({ ...body, stream_options: { include_usage: true } });
  stream.on('chunk', ({ choices }) => {
    thoughts += thoughtsIn(choices[0]?.delta);
  });
  return { answer: await stream.finalChatCompletion(), thoughts };
}

async function askChat(url: string, model: string, behaviour: Behaviour, stream: boolean): Promise<Outcome> {
  const client = openAi(url);
  const body = chatBody(model, behaviour);
  const { answer, thoughts } = stream ? await streamChat(client, body) : await wholeChat(client, body);
  const [choice] = answer.choices;
  const message = choice?.message;
  const calls = (message?.tool_calls ?? []).flatMap((call) => (call.type === 'function' ? [call] : []));
  return {
    text: message?.content ?? '',
    reasoning: thoughts,
    calls: calls.map((call) => ({ name: call.function.name, input: JSON.parse(call.function.arguments) })),
    callIds: calls.map(({ id }) => id),
    finish: choice?.finish_reason ?? null,
    inputTokens: answer.usage?.prompt_tokens ?? -1,
    outputTokens: answer.usage?.completion_tokens ?? -1,
    counted: {
      inputTokens: answer.usage?.prompt_tokens ?? -1,
      cachedInputTokens: answer.usage?.prompt_tokens_details?.cached_tokens ?? 0,
      cacheWriteTokens: answer.usage?.prompt_tokens_details?.cache_write_tokens ?? 0,
      outputTokens: answer.usage?.completion_tokens ?? -1,
      reasoningTokens: answer.usage?.completion_tokens_details?.reasoning_tokens ?? 0,
    },
  };
}

function responsesBody(model: string, { prompt, tools, earlier, schema, image, effort }: Behaviour) {
  const history =
    earlier.length === 0
      ? []
      : [
          { role: 'user' as const, content: 'weather in two cities' },
          ...earlier.map(({ id, city }) => ({
            type: 'function_call' as const,
            call_id: id,
            name: 'weather',
            arguments: JSON.stringify({ city }),
          })),
          ...earlier.map(({ id, result }) => ({ type: 'function_call_output' as const, call_id: id, output: result })),
        ];
  const content =
    image === undefined
      ? prompt
      : [
          { type: 'input_text' as const, text: prompt },
          { type: 'input_image' as const, image_url: `data:image/png;base64,${image}`, detail: 'auto' as const },
        ];
  return {
    model,
    max_output_tokens: 2000,
    instructions: systemWords,
    input: [...history, { role: 'user' as const, content }],
    ...(tools.length > 0 && {
      tools: tools.map((name) => ({
        type: 'function' as const,
        name,
        description: `the ${name}`,
        parameters: toolSchema,
        strict: false,
      })),
      tool_choice: 'required' as const,
    }),
    ...(schema && { text: { format: { type: 'json_schema' as const, name: 'answer', schema, strict: true } } }),
    ...(effort && { reasoning: { effort, summary: 'auto' as const } }),
  };
}

async function askResponses(url: string, model: string, behaviour: Behaviour, stream: boolean): Promise<Outcome> {
  const client = openAi(url);
  const body = responsesBody(model, behaviour);
  const answer = stream ? await client.responses.stream(body).finalResponse() : await client.responses.create(body);
  const calls = answer.output.flatMap((item) => (item.type === 'function_call' ? [item] : []));
  const reasoning = answer.output.flatMap((item) => (item.type === 'reasoning' ? item.summary : []));
  return {
    text: answer.output_text,
    reasoning: reasoning.map(({ text }) => text).join(''),
    calls: calls.map((call) => ({ name: call.name, input: JSON.parse(call.arguments) })),
    callIds: calls.map(({ call_id }) => call_id),
    finish: answer.status ?? null,
    inputTokens: answer.usage?.input_tokens ?? -1,
    outputTokens: answer.usage?.output_tokens ?? -1,
    counted: {
      inputTokens: answer.usage?.input_tokens ?? -1,
      cachedInputTokens: answer.usage?.input_tokens_details?.cached_tokens ?? 0,
      cacheWriteTokens: answer.usage?.input_tokens_details?.cache_write_tokens ?? 0,
      outputTokens: answer.usage?.output_tokens ?? -1,
      reasoningTokens: answer.usage?.output_tokens_details?.reasoning_tokens ?? 0,
    },
  };
}

function messagesBody(model: string, { prompt, tools, earlier, schema, image, effort }: Behaviour) {
  const results = earlier.map(({ id, result }) => ({ type: 'tool_result' as const, tool_use_id: id, content: result }));
  const history =
    earlier.length === 0
      ? []
      : [
          { role: 'user' as const, content: 'weather in two cities' },
          {
            role: 'assistant' as const,
            content: earlier.map(({ id, city }) => ({
              type: 'tool_use' as const,
              id,
              name: 'weather',
              input: { city },
            })),
          },
        ];
  const content = [
    ...results,
    { type: 'text' as const, text: prompt },
    ...(image === undefined
      ? []
      : [
          {
            type: 'image' as const,
            source: { type: 'base64' as const, media_type: 'image/png' as const, data: image },
          },
        ]),
  ];
  return {
    model,
    max_tokens: 2000,
    system: systemWords,
    messages: [...history, { role: 'user' as const, content }],
    ...(tools.length > 0 && {
      tools: tools.map((name) => ({
        name,
        description: `the ${name}`,
        input_schema: { ...toolSchema, required: ['city'] },
      })),
      tool_choice: { type: 'any' as const },
    }),
    ...((schema || effort) && {
      output_config: { ...(schema && { format: { type: 'json_schema' as const, schema } }), ...(effort && { effort }) },
    }),
    ...(effort && { thinking: { type: 'adaptive' as const } }),
  };
}

function countedByAnthropic(usage: Anthropic.Usage) {
  const cachedInputTokens = usage.cache_read_input_tokens ?? 0;
  const cacheWriteTokens = usage.cache_creation_input_tokens ?? 0;
  return {
    inputTokens: usage.input_tokens + cachedInputTokens + cacheWriteTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens: usage.output_tokens,
    reasoningTokens: usage.output_tokens_details?.thinking_tokens ?? 0,
  };
}

async function askMessages(url: string, model: string, behaviour: Behaviour, stream: boolean): Promise<Outcome> {
  const client = anthropic(url);
  const body = messagesBody(model, behaviour);
  const answer = stream ? await client.messages.stream(body).finalMessage() : await client.messages.create(body);
  const calls = answer.content.flatMap((block) => (block.type === 'tool_use' ? [block] : []));
  return {
    text: answer.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''),
    reasoning: answer.content.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : [])).join(''),
    calls: calls.map(({ name, input }) => ({ name, input })),
    callIds: calls.map(({ id }) => id),
    finish: answer.stop_reason,
    inputTokens: answer.usage.input_tokens,
    outputTokens: answer.usage.output_tokens,
    counted: countedByAnthropic(answer.usage),
  };
}

export const callers: readonly CallerApi[] = [
  { name: 'chat', finish: { whole: 'stop', calls: 'tool_calls' }, ask: askChat },
  { name: 'responses', finish: { whole: 'completed', calls: 'completed' }, ask: askResponses },
  { name: 'messages', finish: { whole: 'end_turn', calls: 'tool_use' }, ask: askMessages },
];
