import { readAddress } from '../data-url.ts';
import {
  defined,
  flagAt,
  numberAt,
  objectAt,
  objectsAt,
  requiredText,
  textAt,
  textsAt,
  wordAt,
  wrongField,
} from '../fields.ts';
import {
  type CacheMarker,
  type FilePart,
  type GenerationRequest,
  type Message,
  type OutputFormat,
  reasoningEfforts,
  type TextPart,
  type Tool,
  type ToolCallPart,
  type ToolChoice,
} from '../generation-request.ts';
import { isJsonObject, type JsonObject } from '../json.ts';

/** A chat completion's body in our words. */
export function parseChat(body: JsonObject): GenerationRequest {
  const effort = wordAt(body, 'reasoning_effort', reasoningEfforts);
  return {
    messages: objectsAt(body, 'messages').map(parseMessage),
    tools: objectsAt(body, 'tools').map(parseTool),
    output: parseOutput(body),
    stop: textsAt(body, 'stop'),
    ...defined({
      toolChoice: parseToolChoice(body),
      parallelTools: flagAt(body, 'parallel_tool_calls'),
      maxOutputTokens: numberAt(body, 'max_completion_tokens') ?? numberAt(body, 'max_tokens'),
      temperature: numberAt(body, 'temperature'),
      topP: numberAt(body, 'top_p'),
      presencePenalty: numberAt(body, 'presence_penalty'),
      frequencyPenalty: numberAt(body, 'frequency_penalty'),
      seed: numberAt(body, 'seed'),
      reasoning: effort && { effort },
    }),
  };
}

function parseMessage(message: JsonObject): Message {
  switch (message['role']) {
    case 'system':
    case 'developer':
      return { role: 'system', content: parseTexts(message) };
    case 'user':
      return { role: 'user', content: parseContent(message) };
    case 'assistant':
      return { role: 'assistant', content: parseAssistant(message) };
    case 'tool':
      return {
        role: 'tool',
        content: [
          {
            kind: 'tool-result',
            id: requiredText(message, 'tool_call_id'),
            content: parseContent(message),
            isError: false,
          },
        ],
      };
    default:
      throw wrongField('messages.role', 'one of system, developer, user, assistant, tool');
  }
}

function parseAssistant(message: JsonObject): Extract<Message, { role: 'assistant' }>['content'] {
  const reasoning = textAt(message, 'reasoning_content') ?? '';
  const refusal = textAt(message, 'refusal') ?? '';
  return [
    ...(reasoning === '' ? [] : [{ kind: 'reasoning', text: reasoning } as const]),
    ...parseTexts(message),
    ...(refusal === '' ? [] : [{ kind: 'text', text: refusal } as const]),
    ...objectsAt(message, 'tool_calls').map(parseCall),
  ];
}

function parseCall(call: JsonObject): ToolCallPart {
  const called = objectAt(call, 'function');
  if (called === undefined) throw wrongField('messages.tool_calls', 'calls of functions');
  const origin = objectAt(call, 'extra_content');
  const input = textAt(called, 'arguments') || '{}';
  return {
    kind: 'tool-call',
    id: requiredText(call, 'id'),
    name: requiredText(called, 'name'),
    input,
    ...defined({ origin }),
  };
}

function parseTexts(message: JsonObject): readonly TextPart[] {
  return parseContent(message).filter((part) => part.kind === 'text');
}

function parseContent(message: JsonObject): readonly (TextPart | FilePart)[] {
  const { content } = message;
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  return objectsAt(message, 'content').map(parsePart);
}

function parsePart(part: JsonObject): TextPart | FilePart {
  switch (part['type']) {
    case 'text':
      return { kind: 'text', text: requiredText(part, 'text'), ...parseCache(part) };
    case 'refusal':
      return { kind: 'text', text: requiredText(part, 'refusal') };
    case 'image_url':
      return { ...parseImage(part), ...parseCache(part) };
    case 'input_audio':
      return parseAudio(part);
    case 'file':
      return { ...parseFile(part), ...parseCache(part) };
    default:
      throw wrongField('messages.content.type', 'one of text, image_url, input_audio, file');
  }
}

function parseImage(part: JsonObject): FilePart {
  const image = objectAt(part, 'image_url') ?? {};
  return {
    kind: 'file',
    ...readAddress(requiredText(image, 'url'), 'image'),
    ...defined({ detail: textAt(image, 'detail') }),
  };
}

function parseAudio(part: JsonObject): FilePart {
  const audio = objectAt(part, 'input_audio') ?? {};
  const format = requiredText(audio, 'format');
  const source = { kind: 'base64', data: requiredText(audio, 'data') } as const;
  return { kind: 'file', mediaType: format === 'mp3' ? 'audio/mpeg' : `audio/${format}`, source };
}

function parseFile(part: JsonObject): FilePart {
  const file = objectAt(part, 'file') ?? {};
  const data = requiredText(file, 'file_data');
  const address = data.startsWith('data:') ? data : `data:application/pdf;base64,${data}`;
  return {
    kind: 'file',
    ...readAddress(address, 'application/pdf'),
    ...defined({ filename: textAt(file, 'filename') }),
  };
}

/** Not OpenAI's, but what gateways in front of Anthropic's models take. */
export function parseCache(part: JsonObject): { readonly cache?: CacheMarker } {
  const marker = part['cache_control'];
  return isJsonObject(marker) ? { cache: defined({ ttl: textAt(marker, 'ttl') }) } : {};
}

function parseTool(tool: JsonObject): Tool {
  const described = objectAt(tool, 'function');
  if (described === undefined) throw wrongField('tools', 'functions');
  return {
    name: requiredText(described, 'name'),
    schema: objectAt(described, 'parameters') ?? { type: 'object', properties: {} },
    ...defined({ description: textAt(described, 'description'), strict: flagAt(described, 'strict') }),
    ...parseCache(tool),
  };
}

function parseToolChoice({ tool_choice: choice }: JsonObject): ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { kind: choice };
  const named = isJsonObject(choice) ? objectAt(choice, 'function') : undefined;
  if (named === undefined) throw wrongField('tool_choice', '`auto`, `none`, `required` or a function');
  return { kind: 'tool', name: requiredText(named, 'name') };
}

function parseOutput(body: JsonObject): OutputFormat {
  const format = objectAt(body, 'response_format');
  if (format?.['type'] === 'json_object') return { kind: 'json' };
  if (format?.['type'] !== 'json_schema') return { kind: 'text' };
  return { kind: 'json', ...parseSchema(objectAt(format, 'json_schema') ?? {}) };
}

/** The name, the words and the schema of an answer in JSON: the same in both of OpenAI's APIs. */
export function parseSchema(described: JsonObject): Omit<Extract<OutputFormat, { kind: 'json' }>, 'kind'> {
  return defined({
    schema: objectAt(described, 'schema'),
    name: textAt(described, 'name'),
    description: textAt(described, 'description'),
    strict: flagAt(described, 'strict'),
  });
}
