import { Ajv2020 } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import { z } from 'zod';
import { readDecimal } from '../syntax/quantities.ts';
import { schemaPattern } from './schema-pattern.ts';
import { address, asText, countOfAny, duration, flag, leaf, oneOf, secret, text, word } from './shape-leaves.ts';

/** What a guard of kind `pii` can look for. */
export const piiKinds = ['email', 'card', 'iban', 'ip', 'national-id', 'phone'] as const;

const common = {
  kind: word,
  region: word.optional(),
  on_error: oneOf(['block', 'pass']).optional(),
  restore: flag.optional(),
  timeout: duration.optional(),
};

/** Of those who are sent what they are to look at. */
const receiving = { ...common, zero_retention: flag.optional() };

function isPattern(value: unknown): value is string {
  try {
    return typeof value === 'string' && value !== '' && !RE2JS.compile(value).matcher('').find();
  } catch {
    return false;
  }
}

const pattern = leaf(
  (value) => (isPattern(value) ? value : undefined),
  'is not a pattern',
  'write a regular expression as RE2 has them, without look-around and back-references, that does not match the empty text',
);

function isSchema(value: unknown): value is Readonly<Record<string, unknown>> {
  const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false, code: { regExp: schemaPattern } });
  try {
    return typeof value === 'object' && value !== null && !Array.isArray(value) && ajv.compile(value) !== undefined;
  } catch {
    return false;
  }
}

const jsonSchema = leaf(
  (value) => (isSchema(value) ? value : undefined),
  'is no JSON Schema',
  'write a map as JSON Schema 2020-12 has it, without references to elsewhere, and with patterns that RE2 has',
);

const country = leaf(
  (value) => (/^[A-Z]{2}$/.test(asText(value)) ? asText(value) : undefined),
  'is not a country',
  'write two capital letters, like `DE`',
);

const share = leaf(
  (value) => {
    const units = readDecimal(asText(value));
    return units !== undefined && units <= 10_000 ? units / 10_000 : undefined;
  },
  'is not a share',
  'write a decimal between 0.0 and 1.0',
);

const someText = leaf(
  (value) => (typeof value === 'string' && value.trim() !== '' ? value : undefined),
  'is not text',
  'write some text, in quotes if it looks like a number',
);

const named = <Value extends z.ZodType>(value: Value, what: string, example: string) =>
  z.record(z.string(), value).refine((map) => Object.keys(map).length > 0, {
    error: `has no ${what}`,
    params: { help: `write one: \`${example}\`` },
  });

const listed = <Value extends z.ZodType>(value: Value, what: string, example: string) =>
  z.array(value).refine((list) => list.length > 0, {
    error: `has no ${what}`,
    params: { help: `write one: \`${example}\`` },
  });

/** The fields of each kind of guard. */
export const guardShapes = {
  pii: z.strictObject({
    ...common,
    find: listed(oneOf(piiKinds), 'kind', '[ card ]').optional(),
    countries: listed(country, 'country', '[ DE ]').optional(),
  }),
  secrets: z.strictObject(common),
  regex: z.strictObject({ ...common, patterns: named(pattern, 'pattern', '{ ticket: "TICKET-[0-9]+" }') }),
  keywords: z.strictObject({
    ...common,
    words: listed(someText, 'word', '[ "project-x" ]'),
    match_case: flag.optional(),
    whole_words: flag.optional(),
  }),
  'json-schema': z.strictObject({ ...common, schema: jsonSchema }),
  length: z.strictObject({ ...common, max: countOfAny }),
  moderation: z.strictObject({
    ...receiving,
    base_url: address,
    api_key: secret.optional(),
    model: text.optional(),
    categories: listed(text, 'category', '[ hate ]').optional(),
  }),
  presidio: z.strictObject({
    ...receiving,
    base_url: address,
    language: text.optional(),
    entities: listed(text, 'entity', '[ PERSON ]').optional(),
    score: share.optional(),
  }),
  webhook: z.strictObject({ ...receiving, url: address, secret }),
  judge: z.strictObject({ ...common, model: word, question: text }),
};
