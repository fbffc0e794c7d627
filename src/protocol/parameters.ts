import type { JsonObject, JsonValue } from './json.ts';

/** Writes a value where an API keeps it. */
export type WriteParameter = (body: JsonObject, value: JsonValue) => JsonObject;

/** What a policy may `set`, in the body of an API. What an API has no place for is left as it is. */
export interface Parameters {
  readonly writers: Readonly<Record<string, WriteParameter>>;
  /** Fields that bound the output, the one that counts first. Empty where nothing is written. */
  readonly outputLimits: readonly string[];
}

/** The value as it is, in a field of the body. */
export const inField =
  (field: string): WriteParameter =>
  (body, value) => ({ ...body, [field]: value });

/** `off`: the body without these fields. */
export const without =
  (...fields: readonly string[]): WriteParameter =>
  (body) =>
    Object.fromEntries(Object.entries(body).filter(([field]) => !fields.includes(field)));

/** The body with all that a policy sets. */
export function setParameters(
  body: JsonObject,
  { writers }: Parameters,
  set: Readonly<Record<string, string | number>>,
): JsonObject {
  return Object.entries(set).reduce((changed, [name, value]) => writers[name]?.(changed, value) ?? changed, body);
}

/** The body with an output of at most so many tokens; `field` is where the upstream looks for it if the body says nothing yet. */
export function limitOutput(
  body: JsonObject,
  { outputLimits }: Parameters,
  most: number,
  field: string | undefined,
): JsonObject {
  const [first] = outputLimits;
  if (first === undefined) return body;
  const stated = outputLimits.find((name) => typeof body[name] === 'number');
  if (stated === undefined)
    return { ...body, [field !== undefined && outputLimits.includes(field) ? field : first]: most };
  return Number(body[stated]) <= most ? body : { ...body, [stated]: most };
}
