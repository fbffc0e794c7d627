import type { JsonObject, JsonValue } from './json.ts';

/** Writes a value where an API keeps it. */
export type WriteParameter = (body: JsonObject, value: JsonValue) => JsonObject;

/** What a policy may `set`, in the body of an API. What an API has no place for is left as it is. */
export interface Parameters {
  readonly writers: Readonly<Record<string, WriteParameter>>;
  /** Fields that bound the output, the one that counts first. Empty where nothing is written. */
  readonly outputLimits: readonly string[];
  /** The field that says how many answers are wanted, each as long. */
  readonly choices?: string;
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
  if (Object.keys(set).length === 0) return body;
  return Object.entries(set).reduce((changed, [name, value]) => writers[name]?.(changed, value) ?? changed, body);
}

/**
 * The body with an output of at most so many tokens, in every field that says more. `field` is the one in which the upstream looks for
 * it; an upstream that knows only one name of several would take another's for nothing, so there it is said in that one too.
 */
export function limitOutput(
  body: JsonObject,
  parameters: Parameters,
  most: number,
  field: string | undefined,
): JsonObject {
  const [first] = parameters.outputLimits;
  if (first === undefined) return body;
  const stated = statedLimits(body, parameters);
  const lowered = Object.fromEntries(stated.map(([name, limit]) => [name, Math.min(limit, most)] as const));
  const own = field !== undefined && parameters.outputLimits.includes(field) ? field : first;
  // The first name is taken by those who know them all, and not beside another.
  if (own in lowered || (own === first && stated.length > 0)) return { ...body, ...lowered };
  return { ...body, ...lowered, [own]: Math.min(most, ...Object.values(lowered)) };
}

/** The body for an upstream that knows one name only for a bound on the output: what another name says is said in that one. */
export function limitInOneField(body: JsonObject, parameters: Parameters, field: string): JsonObject {
  const others = parameters.outputLimits.filter((name) => name !== field && body[name] !== undefined);
  if (others.length === 0 || !parameters.outputLimits.includes(field)) return body;
  const [first] = statedLimits(body, parameters);
  return { ...without(...others)(body, null), ...(body[field] === undefined && first && { [field]: first[1] }) };
}

/** How long an output a body asks for at most, in all its choices together. Undefined where it does not say how long one is. */
export function outputAsked(body: JsonObject, parameters: Parameters): OutputAsked {
  let each: number | undefined;
  for (const name of parameters.outputLimits) {
    const limit = body[name];
    if (isCount(limit)) each = Math.max(each ?? 0, limit);
  }
  const choices = parameters.choices === undefined ? undefined : body[parameters.choices];
  return {
    each,
    choices: isCount(choices) ? choices : 1,
  };
}

export interface OutputAsked {
  /** Tokens of one choice: the most that any of its fields says, as one cannot know which the upstream reads. */
  readonly each: number | undefined;
  readonly choices: number;
}

function statedLimits(body: JsonObject, { outputLimits }: Parameters): readonly (readonly [string, number])[] {
  return outputLimits.flatMap((name) => {
    const limit = body[name];
    return isCount(limit) ? [[name, limit] as const] : [];
  });
}

const isCount = (value: JsonValue | undefined): value is number => Number.isSafeInteger(value) && Number(value) > 0;
