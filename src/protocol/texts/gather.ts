import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { checkDepth } from './depth.ts';
import { isDataUrl, readEncoded } from './encoded.ts';
import { isName, roleOf } from './roles.ts';
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
    if (value === '') return;
    if (isDataUrl(value)) gatherBytes(value, {}, path, role, slots);
    else
      slots.push({ path, role, form: role === 'tool-result' && looksLikeJson(value) ? 'json' : 'text', text: value });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  checkDepth(path.length);
  if (isJsonObject(value)) gatherFields(value, path, roleOf(value, role), slots);
  else for (const [index, item] of value.entries()) gather(item, [...path, index], role, slots);
}

function gatherFields(holder: JsonObject, path: Path, role: TextRole, slots: TextSlot[]): void {
  for (const [field, value] of Object.entries(holder)) {
    const at = [...path, field];
    if (holdsBytes(holder, field)) gatherBytes(value, holder, at, role, slots);
    else if (notText.has(field) || isName(holder, field)) continue;
    else if (field === 'arguments' || field === 'partial_json') gatherInput(value, at, 'json', slots);
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

/** `data` is bytes unless its source is text. */
const holdsBytes = ({ type }: JsonObject, field: string): boolean =>
  field === 'file_data' || (field === 'data' && type !== 'text');

/** Bytes that are a text in Base64; what is no Base64 is read as it stands. Images, sounds and documents of other programs are not read. */
function gatherBytes(
  value: JsonValue | undefined,
  holder: JsonObject,
  path: Path,
  role: TextRole,
  slots: TextSlot[],
): void {
  if (typeof value !== 'string') {
    gather(value, path, role, slots);
    return;
  }
  const encoded = readEncoded(value, holder);
  if (encoded === 'no-base64') slots.push({ path, role, form: 'text', text: value });
  else if (encoded !== 'no-text') slots.push({ path, role, form: 'encoded', text: value, encoded });
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
