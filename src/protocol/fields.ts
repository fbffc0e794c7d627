import { GatewayError } from './gateway-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** A field of a body is not what it should be: `wanted` follows "must be". */
export function wrongField(param: string, wanted: string): GatewayError {
  return new GatewayError('invalid_request', `\`${param}\` must be ${wanted}`, { param });
}

/** APIs take null for nothing. */
export function isGiven(value: JsonValue | undefined): boolean {
  return !isAbsent(value);
}

function isAbsent(value: JsonValue | undefined): value is null | undefined {
  return value === undefined || value === null;
}

export function numberAt(body: JsonObject, field: string): number | undefined {
  const value = body[field];
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'number') throw wrongField(field, 'a number');
  return value;
}

/** A whole number from 1 to `most`. */
export function countAt(body: JsonObject, field: string, most: number): number | undefined {
  const value = numberAt(body, field);
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw wrongField(field, `a whole number from 1 to ${most}`);
  return value;
}

export function textAt(body: JsonObject, field: string): string | undefined {
  const value = body[field];
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'string') throw wrongField(field, 'text');
  return value;
}

export function requiredText(body: JsonObject, field: string): string {
  const text = textAt(body, field);
  if (text === undefined) throw wrongField(field, 'given, as text');
  return text;
}

export function flagAt(body: JsonObject, field: string): boolean | undefined {
  const value = body[field];
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'boolean') throw wrongField(field, '`true` or `false`');
  return value;
}

export function objectAt(body: JsonObject, field: string): JsonObject | undefined {
  const value = body[field];
  if (isAbsent(value)) return undefined;
  if (!isJsonObject(value)) throw wrongField(field, 'an object');
  return value;
}

/** A list of objects; empty where there is none. */
export function objectsAt(body: JsonObject, field: string): readonly JsonObject[] {
  const value = body[field];
  if (isAbsent(value)) return [];
  if (!Array.isArray(value) || !value.every(isJsonObject)) throw wrongField(field, 'a list of objects');
  return value;
}

/** One text or a list of them; empty where there is none. */
export function textsAt(body: JsonObject, field: string): readonly string[] {
  const value = body[field];
  if (isAbsent(value)) return [];
  const list = Array.isArray(value) ? value : [value];
  if (!list.every((item) => typeof item === 'string')) throw wrongField(field, 'text, or a list of texts');
  return list;
}

/** One of some words. */
export function wordAt<Word extends string>(body: JsonObject, field: string, words: readonly Word[]): Word | undefined {
  const value = textAt(body, field);
  if (value === undefined) return undefined;
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw wrongField(field, `one of ${words.join(', ')}`);
  return word;
}

/** An object without what is undefined: the form in which optional fields are written here. */
export function defined<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Fields]: Exclude<Fields[Key], undefined> };
}

const nothing: JsonObject = {};

/** The object in a field where it is one; else one without fields. */
export function objectIn(body: JsonObject, field: string): JsonObject {
  const value = body[field];
  return isJsonObject(value) ? value : nothing;
}

/** The value at a dotted path. */
export function valueAt(body: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = body;
  for (const field of path) value = isJsonObject(value) ? value[field] : undefined;
  return value;
}

/** The list in a field where it is one, whatever it holds. */
export function listAt(body: JsonObject, field: string): readonly JsonValue[] {
  const value = body[field];
  return Array.isArray(value) ? value : [];
}
