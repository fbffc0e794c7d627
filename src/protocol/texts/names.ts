import { isJsonObject, type JsonValue } from '../json.ts';
import { checkDepth } from './depth.ts';
import { isName } from './roles.ts';
import type { TextSlot } from './slot.ts';
import { isWordOfTool } from './tool-texts.ts';

/** Fields that say nothing of the caller's own, and what is a secret on purpose: how a provider logs in to the server of a tool. */
const unsaid: ReadonlySet<string> = new Set([
  'type',
  'format',
  'media_type',
  'cache_control',
  '$schema',
  'authorization',
  'authorization_token',
  'headers',
]);

/** Where the keys of an object are names: of parameters, and of what is defined. */
const holdsNames: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions']);

type Values = readonly (JsonValue | undefined)[];

/** What declares tools and formats, what is said with their names, and what else has keys of the caller's own. */
export interface Named {
  readonly declared: Values;
  readonly said: Values;
  readonly keyed: Values;
}

/**
 * All names of a body as one text: of tools, parameters and formats, the words of enums, the keys of metadata. A call is made of them, so
 * that none may be changed alone.
 */
export function gatherNames({ declared, said, keyed }: Named): readonly TextSlot[] {
  const names = new Set<string>();
  for (const value of declared) addDeclared(value, names, 0);
  for (const value of said) addSaid(value, names, 0);
  for (const value of keyed) addKeys(value, names, 0);
  // No detector takes two of them for one thing.
  return names.size === 0 ? [] : [{ path: [], role: 'label', form: 'names', text: [...names].join(';\n') }];
}

function addDeclared(value: JsonValue | undefined, names: Set<string>, depth: number, hasNames = false): void {
  checkDepth(depth);
  if (typeof value === 'string') names.add(value);
  else if (Array.isArray(value)) for (const item of value) addDeclared(item, names, depth + 1);
  else if (isJsonObject(value)) {
    for (const [field, inner] of Object.entries(value)) {
      if (hasNames) names.add(field);
      else if (unsaid.has(field) || isWordOfTool(field, inner)) continue;
      addDeclared(inner, names, depth + 1, !hasNames && holdsNames.has(field));
    }
  }
}

/** The arguments of calls are texts of their own. */
function addSaid(value: JsonValue | undefined, names: Set<string>, depth: number): void {
  checkDepth(depth);
  if (Array.isArray(value)) for (const item of value) addSaid(item, names, depth + 1);
  else if (isJsonObject(value)) {
    for (const [field, inner] of Object.entries(value)) {
      if (typeof inner === 'string' && isName(value, field)) names.add(inner);
      else if (field !== 'input' && field !== 'arguments') addSaid(inner, names, depth + 1);
    }
  }
}

function addKeys(value: JsonValue | undefined, names: Set<string>, depth: number): void {
  checkDepth(depth);
  if (Array.isArray(value)) for (const item of value) addKeys(item, names, depth + 1);
  else if (isJsonObject(value)) {
    for (const [field, inner] of Object.entries(value)) {
      names.add(field);
      addKeys(inner, names, depth + 1);
    }
  }
}
