import { GatewayError } from '../gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Path, TextRole, TextSlot } from './slot.ts';

/**
 * Fields that say nothing which a model reads as text: names of things, marks of providers, bytes. Everything else is content, in parts
 * that this gateway does not know as well: what is new is looked at, not let through.
 */
const notText: ReadonlySet<string> = new Set([
  'type',
  'role',
  'id',
  'index',
  'call_id',
  'tool_call_id',
  'tool_use_id',
  'item_id',
  'file_id',
  'container_id',
  'status',
  'phase',
  'signature',
  'encrypted_content',
  'encrypted_index',
  'cache_control',
  'prompt_cache_breakpoint',
  'media_type',
  'mime_type',
  'format',
  'detail',
  'file_data',
  'b64_json',
  'partial_image_b64',
  'logprobs',
  'finish_reason',
]);

/** What models think, as the APIs and those who extend them call it. */
const thoughts: ReadonlySet<string> = new Set([
  'thinking',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'summary',
]);

/** Bytes within a text: nothing to be read. */
const bytes = /^data:[\w.+-]+\/[\w.+-]+(?:;[\w.+=-]+)*;base64,/i;

/** Deeper things are no conversation. */
const deepest = 200;

const roles: ReadonlyMap<unknown, TextRole> = new Map<unknown, TextRole>([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['tool', 'tool-result'],
  ['function', 'tool-result'],
]);

/** Who speaks in a part, where the part says so. */
function roleOf({ role, type }: JsonObject, before: TextRole): TextRole {
  const spoken = roles.get(role);
  if (spoken !== undefined) return spoken;
  if (typeof type !== 'string') return before;
  if (/(?:_output|tool_result)$/.test(type)) return 'tool-result';
  if (/(?:_call|tool_use)$/.test(type)) return 'tool-call';
  return type === 'reasoning' || type === 'thinking' ? 'reasoning' : before;
}

/** Tools answer in JSON, mostly: escapes in it are no hiding place, and numbers in it are no text. */
const looksLikeJson = (text: string): boolean => /^\s*[[{"]/.test(text);

/** Every text of a value, in its order. */
export function gatherTexts(value: JsonValue | undefined, path: Path, role: TextRole): readonly TextSlot[] {
  const slots: TextSlot[] = [];
  gather(value, path, role, slots);
  return slots;
}

function gather(value: JsonValue | undefined, path: Path, role: TextRole, slots: TextSlot[]): void {
  if (typeof value === 'string') {
    if (value === '' || bytes.test(value)) return;
    slots.push({ path, role, form: role === 'tool-result' && looksLikeJson(value) ? 'json' : 'text', text: value });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (path.length > deepest) throw new GatewayError('invalid_request', 'the body is nested too deeply to be read');
  if (isJsonObject(value)) gatherFields(value, path, roleOf(value, role), slots);
  else for (const [index, item] of value.entries()) gather(item, [...path, index], role, slots);
}

function gatherFields(holder: JsonObject, path: Path, role: TextRole, slots: TextSlot[]): void {
  for (const [field, value] of Object.entries(holder)) {
    if (notText.has(field) || isName(holder, field) || isBytes(holder, field)) continue;
    const at = [...path, field];
    if (field === 'arguments' || field === 'partial_json') gatherInput(value, at, 'json', slots);
    else if (field === 'input' && role === 'tool-call') gatherInput(value, at, 'text', slots);
    else gather(value, at, thoughts.has(field) ? 'reasoning' : role, slots);
  }
}

/** What a tool is called with: JSON text, a JSON value, or text that is the tool's own matter. */
function gatherInput(value: JsonValue | undefined, path: Path, form: 'json' | 'text', slots: TextSlot[]): void {
  if (typeof value === 'string') {
    if (value !== '') slots.push({ path, role: 'tool-call', form, text: value });
  } else if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    slots.push({ path, role: 'tool-call', form: 'value', text: JSON.stringify(value) });
  }
}

/** Of a function or a tool; whoever speaks is named by a text. */
const isName = (holder: JsonObject, field: string): boolean =>
  field === 'name' && roles.get(holder['role']) === undefined;

/** `data` is bytes unless its source is text. */
const isBytes = ({ type }: JsonObject, field: string): boolean => field === 'data' && type !== 'text';

/** What a list of tools says to the model in words. */
const wordsOfTools: ReadonlySet<string> = new Set([
  'description',
  'title',
  'default',
  'example',
  'examples',
  'const',
  '$comment',
]);

/** Texts of the declarations of tools. Their names, and the words of enums, are what a call is made of: they stay. */
export function gatherToolTexts(value: JsonValue | undefined, path: Path): readonly TextSlot[] {
  if (typeof value !== 'object' || value === null || path.length > deepest) return [];
  if (!isJsonObject(value)) return value.flatMap((item, index) => gatherToolTexts(item, [...path, index]));
  return Object.entries(value).flatMap(([field, inner]) => {
    const at = [...path, field];
    return wordsOfTools.has(field) && !isJsonObject(inner)
      ? gatherTexts(inner, at, 'system')
      : gatherToolTexts(inner, at);
  });
}

/** The same without the tokens that a text was written in: they spell it out again. */
export function withoutLogprobs(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutLogprobs);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, inner]) => {
      if (inner === undefined) return [];
      if (field === 'logprobs') return [[field, Array.isArray(inner) ? [] : null]];
      return [[field, withoutLogprobs(inner)]];
    }),
  );
}
