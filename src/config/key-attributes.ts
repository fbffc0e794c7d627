import { suggest } from '../diagnostics/suggest.ts';
import { describeWanted } from '../semantics/describe-wanted.ts';
import type { Attribute, Environment } from '../semantics/environment.ts';
import { readValue, writeValue } from '../semantics/read-value.ts';
import type { Value } from '../semantics/types.ts';
import { listWords } from './unknown-word.ts';

/** `caller.*` attributes by short name, as the config would write them: plain values, or their text. */
export type WrittenAttributes = Readonly<Record<string, unknown>>;

type Facts = ReadonlyMap<string, Value>;
type Typed = Pick<Environment, 'attributes' | 'currency'>;

const prefix = 'caller.';

/** Known in another way: it is the key's name. */
const ofTheName = 'caller.key';

/** A sensitive value is shown to nobody again. */
const hidden = '[sensitive]';

function keyAttributes({ attributes }: Typed): ReadonlyMap<string, Attribute> {
  const own = [...attributes.values()].filter(({ key }) => key.startsWith(prefix) && key !== ofTheName);
  return new Map(own.map((attribute) => [attribute.key.slice(prefix.length), attribute]));
}

/** What keeps a new key from having these attributes: unknown ones, values of the wrong type, required ones that are missing. */
export function checkKeyAttributes(environment: Typed, written: WrittenAttributes): readonly string[] {
  const known = keyAttributes(environment);
  const wrong = Object.entries(written).flatMap(([field, value]) => {
    const attribute = known.get(field);
    if (attribute === undefined) return [describeUnknown(field, [...known.keys()])];
    return readValue(attribute.type, value, environment.currency) === undefined
      ? [describeWrong(attribute, value)]
      : [];
  });
  const missing = [...known].flatMap(([field, { key, presence, type, declaredAt }]) =>
    presence.kind === 'required' && !Object.hasOwn(written, field)
      ? [`\`${field}\` is missing: \`${key}\` is declared required in ${declaredAt}, as ${describeWanted(type)}`]
      : [],
  );
  return [...wrong, ...missing];
}

function describeUnknown(field: string, fields: readonly string[]): string {
  const meant = suggest(field, fields);
  const help = meant === undefined ? `there are ${listWords(fields)}` : `did you mean \`${meant}\`?`;
  return `\`${field}\` is no attribute of a key: ${help}`;
}

function describeWrong({ key, type, sensitive }: Attribute, value: unknown): string {
  const shown = sensitive ? '' : `, and it is \`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
  const meant = type.kind === 'enum' && typeof value === 'string' ? suggest(value, type.values) : undefined;
  const help = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
  return `\`${key}\` must be ${describeWanted(type)}${shown}${help}`;
}

/**
 * The facts of a key whose attributes were right when it was made, and the attributes that the config has changed since so that they
 * are right no more. One that the config no longer declares is read by no policy, and is passed over.
 */
export function readKeyFacts(
  environment: Typed,
  written: WrittenAttributes,
): { readonly facts: Facts; readonly unreadable: readonly string[] } {
  const known = keyAttributes(environment);
  const facts = new Map<string, Value>();
  const unreadable: string[] = [];
  for (const [field, value] of Object.entries(written)) {
    const attribute = known.get(field);
    if (attribute === undefined) continue;
    const read = readValue(attribute.type, value, environment.currency);
    if (read === undefined) unreadable.push(field);
    else facts.set(attribute.key, read);
  }
  return { facts, unreadable };
}

/** Facts of a key as the config would write them, sensitive ones hidden. */
export function writeKeyFacts({ attributes, currency }: Typed, facts: Facts): WrittenAttributes {
  const written = [...facts].flatMap(([key, value]) => {
    const attribute = attributes.get(key);
    if (attribute === undefined || key === ofTheName) return [];
    return [[key.slice(prefix.length), attribute.sensitive ? hidden : writeValue(attribute.type, value, currency)]];
  });
  return Object.fromEntries(written);
}
