import { estimateTokens } from '../catalog/token-estimate.ts';
import type { FactKey } from '../decide/facts.ts';
import { type ChatRequest, textsOf, wantsStream } from '../protocol/chat-request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../protocol/json.ts';
import type { Value } from '../semantics/types.ts';

type PutFact = (key: FactKey, value: Value) => void;

/** What a chat request's body says of itself, apart from the values that have a type to be read by. */
export function putChatFacts(request: ChatRequest, wantsPrompt: boolean, put: PutFact): void {
  const content = readContent(request.messages);
  const format = isJsonObject(request['response_format']) ? request['response_format']['type'] : undefined;
  const tools = request['tools'];
  const hasTools = Array.isArray(tools) && tools.length > 0;
  put('request.model', request.model);
  put('request.endpoint', 'chat');
  put('request.stream', wantsStream(request));
  put('request.messages', request.messages.length);
  put('request.has_tools', hasTools);
  put('request.has_images', content.parts.has('image_url'));
  put('request.has_audio', content.parts.has('input_audio'));
  put('request.has_files', content.parts.has('file'));
  put('request.json_output', format === 'json_object' || format === 'json_schema');
  put('request.input_tokens', content.tokens + (hasTools ? estimateTokens(JSON.stringify(tools)) : 0));
  put('request.needs', needsOf(request, content.parts, hasTools, format));
  if (wantsPrompt) put('request.prompt', request.messages.flatMap((message) => textsOf(message['content'])).join('\n'));
}

interface Content {
  readonly tokens: number;
  /** The types of content parts that occur. */
  readonly parts: ReadonlySet<string>;
}

function readContent(messages: readonly JsonObject[]): Content {
  const parts = new Set<string>();
  let tokens = 0;
  for (const { content, tool_calls: calls } of messages) {
    for (const text of textsOf(content)) tokens += estimateTokens(text);
    if (Array.isArray(calls)) tokens += estimateTokens(JSON.stringify(calls));
    if (Array.isArray(content)) for (const part of content) if (typeof part?.type === 'string') parts.add(part.type);
  }
  return { tokens, parts };
}

/** The abilities without which no model can serve the request, sorted. */
function needsOf(
  request: ChatRequest,
  parts: ReadonlySet<string>,
  hasTools: boolean,
  format: JsonValue | undefined,
): readonly string[] {
  const effort = request['reasoning_effort'];
  const needs: string[] = [];
  if (parts.has('input_audio') || isJsonObject(request['audio'])) needs.push('audio');
  if (parts.has('file')) needs.push('files');
  if (format === 'json_schema') needs.push('json_schema');
  if (request['logprobs'] === true) needs.push('logprobs');
  if (Number(request['n'] ?? 1) > 1) needs.push('many_choices');
  if (hasTools && request['parallel_tool_calls'] === true) needs.push('parallel_tools');
  if (isJsonObject(request['prediction'])) needs.push('prediction');
  if (typeof effort === 'string' && effort !== 'none') needs.push('reasoning');
  if (request['store'] === true) needs.push('stateful');
  if (hasTools) needs.push('tools');
  if (parts.has('image_url')) needs.push('vision');
  return needs;
}
