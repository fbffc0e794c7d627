import type { JsonObject, JsonValue } from '../json.ts';
import type { Encoded } from './encoded.ts';

/** Who wrote a text, and what for. `label`: what the caller says beside the conversation, in metadata and in names. */
export type TextRole =
  | 'system'
  | 'user'
  | 'assistant'
  | 'reasoning'
  | 'tool-call'
  | 'tool-result'
  | 'embedding-input'
  | 'label';

export type Path = readonly (string | number)[];

/** A place of a body or an event that holds a text. */
export interface TextSlot {
  readonly path: Path;
  readonly role: TextRole;
  /**
   * `json`: the text of a JSON value. `value`: a JSON value in its place, read and written as its text. `encoded`: the text stands in
   * Base64. `names`: many names in one text, which stand in many places and can only be looked at. `opaque`: no text, but tokens that
   * stand for one.
   */
  readonly form: 'text' | 'json' | 'value' | 'encoded' | 'names' | 'opaque';
  readonly text: string;
  /** Of `encoded`. */
  readonly encoded?: Encoded;
}

/** The same with other texts in the places. Whatever lies apart from them is shared with what was. */
export function replaceTexts(body: JsonObject, slots: readonly TextSlot[], texts: readonly string[]): JsonObject {
  let changed = body;
  for (const [index, slot] of slots.entries()) {
    const text = texts[index];
    if (text === undefined || text === slot.text) continue;
    changed = putAt(changed, slot.path, slot.form === 'value' ? JSON.parse(text) : text) as JsonObject;
  }
  return changed;
}

/** The value with another one at a path that it has. */
export function putAt(value: JsonValue | undefined, path: Path, put: JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return put;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? putAt(item, rest, put) : item));
  const holder = value as JsonObject;
  return { ...holder, [step]: putAt(holder[step], rest, put) };
}

/** What lies at a path. */
export function foundAt(value: JsonValue | undefined, path: Path): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Readonly<Record<string | number, JsonValue | undefined>>)[step];
  }
  return found;
}
