import type { ProviderKind } from '../../src/config/provider-kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/protocol/json.ts';

/** What the raw bytes of a request told an upstream, in words that do not depend on its API. */
export interface Told {
  readonly system: string;
  /** The last words of the user. */
  readonly prompt: string;
  readonly tools: readonly string[];
  readonly mustCall: boolean;
  readonly callIds: readonly string[];
  readonly results: readonly string[];
  readonly schema: JsonValue | undefined;
  /** Base64. */
  readonly image: JsonValue | undefined;
  readonly maxTokens: JsonValue | undefined;
  readonly thinks: boolean;
}

/** One upstream API. */
export interface UpstreamApi {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly model: string;
  readonly provider: (url: string) => string;
  readonly upstream: string;
  /** Calls and their results are paired by their order there. */
  readonly hasNoCallIds?: true;
  /** By path, how its requests are read, and the type that the vendor's own SDK gives them. */
  readonly requests: readonly {
    readonly path: RegExp;
    readonly type: string;
    read(body: JsonObject): Told;
  }[];
}

type Json = JsonValue | undefined;

const at = (value: Json, ...path: readonly (string | number)[]): Json =>
  path.reduce<Json>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as JsonObject)[key] : undefined),
    value,
  );
const list = (value: Json): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
const text = (value: Json): string => (typeof value === 'string' ? value : '');
const words = (value: Json): string =>
  typeof value === 'string'
    ? value
    : list(value)
        .map((part) => text(part['text']))
        .join('');
const dataOf = (url: Json): Json => text(url).split(';base64,')[1];

function readChat(body: JsonObject): Told {
  const messages = list(body['messages']);
  const last = messages.findLast(({ role }) => role === 'user')?.['content'];
  const format = body['response_format'];
  return {
    system: words(messages.find(({ role }) => role === 'system' || role === 'developer')?.['content']),
    prompt: words(last),
    tools: list(body['tools']).map((tool) => text(at(tool, 'function', 'name'))),
    mustCall: body['tool_choice'] === 'required',
    callIds: messages.flatMap(({ tool_calls }) => list(tool_calls).map(({ id }) => text(id))),
    results: messages.flatMap(({ role, content }) => (role === 'tool' ? [words(content)] : [])),
    schema: at(format, 'json_schema', 'schema'),
    image: list(last)
      .map((part) => dataOf(at(part, 'image_url', 'url')))
      .find((data) => data !== undefined),
    maxTokens: body['max_completion_tokens'] ?? body['max_tokens'],
    thinks: body['reasoning_effort'] === 'high',
  };
}

function readResponses(body: JsonObject): Told {
  const items = list(body['input']);
  const last = items.findLast(({ role }) => role === 'user')?.['content'];
  const system = items.find(({ role }) => role === 'system' || role === 'developer')?.['content'];
  return {
    system: text(body['instructions']) || words(system),
    prompt: words(last),
    tools: list(body['tools']).map(({ name }) => text(name)),
    mustCall: body['tool_choice'] === 'required',
    callIds: items.flatMap(({ type, call_id }) => (type === 'function_call' ? [text(call_id)] : [])),
    results: items.flatMap(({ type, output }) => (type === 'function_call_output' ? [words(output)] : [])),
    schema: at(body, 'text', 'format', 'schema'),
    image: list(last)
      .map((part) => dataOf(part['image_url']))
      .find((data) => data !== undefined),
    maxTokens: body['max_output_tokens'],
    thinks: at(body, 'reasoning', 'effort') === 'high',
  };
}

function readMessages(body: JsonObject): Told {
  const messages = list(body['messages']);
  const blocks = messages.flatMap(({ content }) => list(content));
  const last = messages.findLast(({ role }) => role === 'user')?.['content'];
  const thinking = at(body, 'thinking', 'type');
  return {
    system: words(body['system']),
    prompt: words(last),
    tools: list(body['tools']).map(({ name }) => text(name)),
    mustCall: at(body, 'tool_choice', 'type') === 'any',
    callIds: blocks.flatMap(({ type, id }) => (type === 'tool_use' ? [text(id)] : [])),
    results: blocks.flatMap(({ type, content }) => (type === 'tool_result' ? [words(content)] : [])),
    schema: at(body, 'output_config', 'format', 'schema'),
    image: list(last)
      .map((block) => at(block, 'source', 'data'))
      .find((data) => data !== undefined),
    maxTokens: body['max_tokens'],
    thinks: thinking === 'enabled' || thinking === 'adaptive',
  };
}

function readGemini(body: JsonObject): Told {
  const contents = list(body['contents']);
  const parts = contents.flatMap((content) => list(content['parts']));
  const last = contents.findLast(({ role }) => role === 'user')?.['parts'];
  const config = body['generationConfig'];
  return {
    system: words(at(body, 'systemInstruction', 'parts')),
    prompt: words(last),
    tools: list(body['tools']).flatMap((tool) => list(tool['functionDeclarations']).map(({ name }) => text(name))),
    mustCall: at(body, 'toolConfig', 'functionCallingConfig', 'mode') === 'ANY',
    callIds: parts.flatMap(({ functionCall }) => (functionCall === undefined ? [] : [text(at(functionCall, 'id'))])),
    results: parts.flatMap(({ functionResponse }) => {
      return functionResponse === undefined ? [] : [text(at(functionResponse, 'response', 'content'))];
    }),
    schema: at(config, 'responseJsonSchema'),
    image: list(last)
      .map((part) => at(part, 'inlineData', 'data'))
      .find((data) => data !== undefined),
    maxTokens: at(config, 'maxOutputTokens'),
    thinks: at(config, 'thinkingConfig', 'includeThoughts') === true,
  };
}

function readConverse(body: JsonObject): Told {
  const messages = list(body['messages']);
  const blocks = messages.flatMap(({ content }) => list(content));
  const last = messages.findLast(({ role }) => role === 'user')?.['content'];
  const extra = body['additionalModelRequestFields'];
  return {
    system: words(body['system']),
    prompt: words(last),
    tools: list(at(body, 'toolConfig', 'tools')).map((tool) => text(at(tool, 'toolSpec', 'name'))),
    mustCall: at(body, 'toolConfig', 'toolChoice', 'any') !== undefined,
    callIds: blocks.flatMap(({ toolUse }) => (toolUse === undefined ? [] : [text(at(toolUse, 'toolUseId'))])),
    results: blocks.flatMap(({ toolResult }) => (toolResult === undefined ? [] : [words(at(toolResult, 'content'))])),
    schema: at(extra, 'output_config', 'format', 'schema'),
    image: list(last)
      .map((block) => at(block, 'image', 'source', 'bytes'))
      .find((data) => data !== undefined),
    maxTokens: at(body, 'inferenceConfig', 'maxTokens'),
    thinks: at(extra, 'thinking', 'type') === 'enabled',
  };
}

export const upstreams: readonly UpstreamApi[] = [
  {
    name: 'OpenAI',
    kind: 'openai',
    model: 'gpt',
    provider: (url) => `{ kind: openai, base_url: "${url}/v1", api_key: upstream-secret }`,
    upstream: 'gpt-5',
    requests: [
      { path: /^\/v1\/chat\/completions$/, type: 'ChatRequest', read: readChat },
      { path: /^\/v1\/responses$/, type: 'ResponsesRequest', read: readResponses },
    ],
  },
  {
    name: 'Anthropic',
    kind: 'anthropic',
    model: 'claude',
    provider: (url) => `{ kind: anthropic, base_url: "${url}", api_key: upstream-secret }`,
    upstream: 'claude-sonnet-4-5',
    requests: [{ path: /^\/v1\/messages$/, type: 'MessagesRequest', read: readMessages }],
  },
  {
    name: 'Gemini',
    kind: 'google',
    model: 'gemini',
    provider: (url) => `{ kind: google, base_url: "${url}/v1beta", api_key: upstream-secret }`,
    upstream: 'gemini-2.5-flash',
    requests: [{ path: /^\/v1beta\/models\/gemini-2.5-flash:/, type: 'GeminiRequest', read: readGemini }],
  },
  {
    name: 'Bedrock',
    kind: 'amazon-bedrock',
    model: 'bedrock',
    provider: (url) => `{ kind: amazon-bedrock, base_url: "${url}", api_key: upstream-secret }`,
    upstream: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    requests: [{ path: /^\/model\/[^/]+\/converse(?:-stream)?$/, type: 'ConverseRequest', read: readConverse }],
  },
  {
    name: 'an OpenAI-shaped server',
    kind: 'openai-compatible',
    model: 'compatible',
    provider: (url) => `{ kind: openai-compatible, base_url: "${url}/v1", api_key: upstream-secret }`,
    upstream: 'some-model',
    requests: [{ path: /^\/v1\/chat\/completions$/, type: 'ChatRequest', read: readChat }],
  },
  {
    name: 'Vertex',
    kind: 'google-vertex',
    model: 'vertex',
    provider: (url) =>
      `{ kind: google-vertex, base_url: "${url}/v1/projects/p/locations/l/publishers/google", api_key: upstream-secret }`,
    upstream: 'gemini-2.5-flash',
    hasNoCallIds: true,
    requests: [
      {
        path: /^\/v1\/projects\/p\/locations\/l\/publishers\/google\/models\/gemini-2.5-flash:/,
        type: 'GeminiRequest',
        read: readGemini,
      },
    ],
  },
  {
    name: 'Azure',
    kind: 'azure',
    model: 'azure',
    provider: (url) => `{ kind: azure, base_url: "${url}/openai/v1", api_key: upstream-secret }`,
    upstream: 'gpt-5',
    requests: [
      { path: /^\/openai\/v1\/chat\/completions$/, type: 'ChatRequest', read: readChat },
      { path: /^\/openai\/v1\/responses$/, type: 'ResponsesRequest', read: readResponses },
    ],
  },
];
