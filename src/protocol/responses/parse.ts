import { parseSchema } from '../chat/parse.ts';
import { readAddress } from '../data-url.ts';
import { defined, flagAt, numberAt, objectAt, objectsAt, requiredText, textAt, wordAt, wrongField } from '../fields.ts';
import {
  type FilePart,
  type GenerationRequest,
  type Message,
  type OutputFormat,
  type ReasoningPart,
  reasoningEfforts,
  type TextPart,
  type Tool,
  type ToolCallPart,
  type ToolChoice,
} from '../generation-request.ts';
import { isJsonObject, type JsonObject, parseJsonObject } from '../json.ts';

/** The body of a response request in our words. */
export function parseResponses(body: JsonObject): GenerationRequest {
  const instructions = textAt(body, 'instructions');
  const effort = wordAt(objectAt(body, 'reasoning') ?? {}, 'effort', reasoningEfforts);
  return {
    messages: [
      ...(instructions === undefined
        ? []
        : [{ role: 'system', content: [{ kind: 'text', text: instructions }] } as const]),
      ...parseInput(body),
    ],
    tools: objectsAt(body, 'tools').map(parseTool),
    output: parseOutput(body),
    stop: [],
    ...defined({
      toolChoice: parseToolChoice(body),
      parallelTools: flagAt(body, 'parallel_tool_calls'),
      maxOutputTokens: numberAt(body, 'max_output_tokens'),
      temperature: numberAt(body, 'temperature'),
      topP: numberAt(body, 'top_p'),
      reasoning: effort && { effort },
    }),
  };
}

function parseInput(body: JsonObject): readonly Message[] {
  const { input } = body;
  if (typeof input === 'string') return [{ role: 'user', content: [{ kind: 'text', text: input }] }];
  return objectsAt(body, 'input').map(parseItem);
}

function parseItem(item: JsonObject): Message {
  switch (item['type'] ?? 'message') {
    case 'message':
      return parseMessage(item);
    case 'function_call':
      return { role: 'assistant', content: [parseCall(item)] };
    case 'reasoning':
      return { role: 'assistant', content: [parseReasoning(item)] };
    case 'function_call_output': {
      const content = parseContent(item, 'output');
      return {
        role: 'tool',
        content: [{ kind: 'tool-result', id: requiredText(item, 'call_id'), content, isError: false }],
      };
    }
    default:
      throw wrongField('input.type', 'one of message, function_call, function_call_output, reasoning');
  }
}

function parseMessage(item: JsonObject): Message {
  const content = parseContent(item, 'content');
  const texts = content.filter((part) => part.kind === 'text');
  switch (item['role']) {
    case 'system':
    case 'developer':
      return { role: 'system', content: texts };
    case 'user':
      return { role: 'user', content };
    case 'assistant':
      return { role: 'assistant', content: texts };
    default:
      throw wrongField('input.role', 'one of system, developer, user, assistant');
  }
}

function parseCall(item: JsonObject): ToolCallPart {
  const id = requiredText(item, 'call_id');
  return { kind: 'tool-call', id, name: requiredText(item, 'name'), input: textAt(item, 'arguments') || '{}' };
}

/** What another provider wants back with its reasoning was given out as `encrypted_content`; OpenAI's own is for OpenAI alone. */
function parseReasoning(item: JsonObject): ReasoningPart {
  const text = objectsAt(item, 'summary')
    .map((part) => textAt(part, 'text') ?? '')
    .join('\n');
  const origin = parseJsonObject(textAt(item, 'encrypted_content') ?? '');
  return { kind: 'reasoning', text, ...defined({ origin }) };
}

function parseContent(item: JsonObject, field: string): readonly (TextPart | FilePart)[] {
  const content = item[field];
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  return objectsAt(item, field).map(parsePart);
}

function parsePart(part: JsonObject): TextPart | FilePart {
  const cache = isJsonObject(part['prompt_cache_breakpoint']) ? { cache: {} } : {};
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
      return { kind: 'text', text: requiredText(part, 'text'), ...cache };
    case 'refusal':
      return { kind: 'text', text: requiredText(part, 'refusal') };
    case 'input_image':
      return {
        kind: 'file',
        ...readAddress(requiredText(part, 'image_url'), 'image'),
        ...defined({ detail: textAt(part, 'detail') }),
        ...cache,
      };
    case 'input_file':
      return { ...parseFile(part), ...cache };
    default:
      throw wrongField('input.content.type', 'one of input_text, output_text, input_image, input_file');
  }
}

function parseFile(part: JsonObject): FilePart {
  const filename = textAt(part, 'filename');
  const data = textAt(part, 'file_data');
  const inline = data?.startsWith('data:') === false ? `data:application/pdf;base64,${data}` : data;
  const address = inline ?? requiredText(part, 'file_url');
  return { kind: 'file', ...readAddress(address, 'application/pdf'), ...defined({ filename }) };
}

function parseTool(tool: JsonObject): Tool {
  if (tool['type'] !== 'function') throw wrongField('tools', 'functions');
  return {
    name: requiredText(tool, 'name'),
    schema: objectAt(tool, 'parameters') ?? { type: 'object', properties: {} },
    ...defined({ description: textAt(tool, 'description'), strict: flagAt(tool, 'strict') }),
  };
}

function parseToolChoice({ tool_choice: choice }: JsonObject): ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { kind: choice };
  if (!isJsonObject(choice) || choice['type'] !== 'function') {
    throw wrongField('tool_choice', '`auto`, `none`, `required` or a function');
  }
  return { kind: 'tool', name: requiredText(choice, 'name') };
}

function parseOutput(body: JsonObject): OutputFormat {
  const format = objectAt(objectAt(body, 'text') ?? {}, 'format');
  if (format?.['type'] === 'json_object') return { kind: 'json' };
  return format?.['type'] === 'json_schema' ? { kind: 'json', ...parseSchema(format) } : { kind: 'text' };
}
