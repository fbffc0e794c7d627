import {
  defined,
  flagAt,
  numberAt,
  objectAt,
  objectsAt,
  requiredText,
  textAt,
  textsAt,
  valueAt,
  wordAt,
  wrongField,
} from '../fields.ts';
import {
  type CacheMarker,
  type FilePart,
  type GenerationRequest,
  type Message,
  type OutputFormat,
  type Reasoning,
  type ReasoningPart,
  reasoningEfforts,
  type TextPart,
  type Tool,
  type ToolCallPart,
  type ToolChoice,
  type ToolResultPart,
} from '../generation-request.ts';
import type { JsonObject } from '../json.ts';
import { readOrigin } from './origin.ts';

/** A message request's body in our words. */
export function parseMessages(body: JsonObject): GenerationRequest {
  const system = parseTexts(body, 'system');
  const choice = objectAt(body, 'tool_choice');
  const isSerial = choice && flagAt(choice, 'disable_parallel_tool_use');
  return {
    messages: [
      ...(system.length === 0 ? [] : [{ role: 'system', content: system } as const]),
      ...objectsAt(body, 'messages').flatMap(parseMessage),
    ],
    tools: objectsAt(body, 'tools').map(parseTool),
    output: parseOutput(body),
    stop: textsAt(body, 'stop_sequences'),
    ...defined({
      toolChoice: choice && parseToolChoice(choice),
      parallelTools: isSerial === undefined ? undefined : !isSerial,
      maxOutputTokens: numberAt(body, 'max_tokens'),
      temperature: numberAt(body, 'temperature'),
      topP: numberAt(body, 'top_p'),
      topK: numberAt(body, 'top_k'),
      reasoning: parseReasoning(body),
    }),
  };
}

type Block = TextPart | FilePart | ReasoningPart | ToolCallPart | ToolResultPart;

/** Results of tools stand in a user's message here; they are a message of their own. */
function parseMessage(message: JsonObject): readonly Message[] {
  if (message['role'] === 'system') return [{ role: 'system', content: parseTexts(message, 'content') }];
  const blocks = parseBlocks(message, 'content');
  if (message['role'] === 'assistant') {
    return [
      { role: 'assistant', content: blocks.filter((part) => part.kind !== 'file' && part.kind !== 'tool-result') },
    ];
  }
  if (message['role'] !== 'user') throw wrongField('messages.role', 'one of user, assistant, system');
  const results = blocks.filter((part) => part.kind === 'tool-result');
  const content = blocks.filter((part) => part.kind === 'text' || part.kind === 'file');
  return [
    ...(results.length === 0 ? [] : [{ role: 'tool', content: results } as const]),
    ...(content.length === 0 ? [] : [{ role: 'user', content } as const]),
  ];
}

function parseTexts(body: JsonObject, field: string): readonly TextPart[] {
  return parseBlocks(body, field).filter((part) => part.kind === 'text');
}

function parseBlocks(body: JsonObject, field: string): readonly Block[] {
  const content = body[field];
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  return objectsAt(body, field).map(parseBlock);
}

function parseBlock(block: JsonObject): Block {
  const cache = parseCache(block);
  switch (block['type']) {
    case 'text':
      return { kind: 'text', text: requiredText(block, 'text'), ...cache };
    case 'image':
      return { kind: 'file', ...parseSource(block, 'image'), ...cache };
    case 'document': {
      const filename = textAt(block, 'title');
      return { kind: 'file', ...parseSource(block, 'application/pdf'), ...defined({ filename }), ...cache };
    }
    case 'tool_use': {
      const input = JSON.stringify(block['input'] ?? {});
      return { kind: 'tool-call', id: requiredText(block, 'id'), name: requiredText(block, 'name'), input, ...cache };
    }
    case 'tool_result':
      return { ...parseResult(block), ...cache };
    case 'thinking':
      return { kind: 'reasoning', text: textAt(block, 'thinking') ?? '', ...defined({ origin: readOrigin(block) }) };
    case 'redacted_thinking':
      return { kind: 'reasoning', text: '', ...defined({ origin: readOrigin(block) }) };
    default:
      throw wrongField('messages.content.type', 'one of text, image, document, tool_use, tool_result, thinking');
  }
}

function parseResult(block: JsonObject): ToolResultPart {
  const content = parseBlocks(block, 'content').filter((part) => part.kind === 'text' || part.kind === 'file');
  return {
    kind: 'tool-result',
    id: requiredText(block, 'tool_use_id'),
    content,
    isError: flagAt(block, 'is_error') ?? false,
  };
}

function parseSource(block: JsonObject, unstated: string): Pick<FilePart, 'mediaType' | 'source'> {
  const source = objectAt(block, 'source') ?? {};
  switch (source['type']) {
    case 'base64':
      return {
        mediaType: textAt(source, 'media_type') ?? unstated,
        source: { kind: 'base64', data: requiredText(source, 'data') },
      };
    case 'text':
      return { mediaType: 'text/plain', source: { kind: 'text', text: requiredText(source, 'data') } };
    case 'url':
      return { mediaType: unstated, source: { kind: 'url', url: requiredText(source, 'url') } };
    default:
      throw wrongField('messages.content.source.type', 'one of base64, text, url');
  }
}

function parseCache(block: JsonObject): { readonly cache?: CacheMarker } {
  const marker = objectAt(block, 'cache_control');
  return marker ? { cache: defined({ ttl: textAt(marker, 'ttl') }) } : {};
}

function parseTool(tool: JsonObject): Tool {
  return {
    name: requiredText(tool, 'name'),
    schema: objectAt(tool, 'input_schema') ?? { type: 'object', properties: {} },
    ...defined({ description: textAt(tool, 'description'), strict: flagAt(tool, 'strict') }),
    ...parseCache(tool),
  };
}

function parseToolChoice(choice: JsonObject): ToolChoice {
  const kind = wordAt(choice, 'type', ['auto', 'any', 'none', 'tool'] as const) ?? 'auto';
  if (kind === 'tool') return { kind, name: requiredText(choice, 'name') };
  return { kind: kind === 'any' ? 'required' : kind };
}

function parseOutput(body: JsonObject): OutputFormat {
  const format = objectAt(objectAt(body, 'output_config') ?? {}, 'format');
  return format ? { kind: 'json', ...defined({ schema: objectAt(format, 'schema') }) } : { kind: 'text' };
}

/** A level of effort, a number of tokens, or only that there be reasoning: then as much as is usual. */
function parseReasoning(body: JsonObject): Reasoning | undefined {
  const thinking = objectAt(body, 'thinking');
  if (thinking?.['type'] === 'disabled') return { effort: 'none' };
  const effort = wordAt(objectAt(body, 'output_config') ?? {}, 'effort', reasoningEfforts);
  const budget = valueAt(body, ['thinking', 'budget_tokens']);
  if (typeof budget === 'number') return { budget, ...defined({ effort }) };
  if (effort !== undefined) return { effort };
  return thinking === undefined ? undefined : { effort: 'medium' };
}
