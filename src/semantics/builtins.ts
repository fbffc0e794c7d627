import { surfaceNames } from '../protocol/api-request.ts';
import { reasoningEfforts } from '../protocol/generation-request.ts';
import { needs } from '../protocol/needs.ts';
import type { Attribute, Presence } from './environment.ts';
import type { Type, Value } from './types.ts';

/** The words that only a config can supply: the values of `model.name`, `model.provider` and `model.region`. */
export interface CatalogueWords {
  readonly models: readonly string[];
  readonly providers: readonly string[];
  readonly regions: readonly string[];
}

const required: Presence = { kind: 'required' };
const optional: Presence = { kind: 'optional' };

function otherwise(value: Value): Presence {
  return { kind: 'default', value };
}

type Entry = readonly [key: string, type: Type, presence: Presence];

function wordOf(key: string, values: readonly string[], presence: Presence): Entry {
  return [key, { kind: 'enum', name: key, values }, presence];
}

function flag(key: string, unstated = false): Entry {
  return [key, { kind: 'bool' }, otherwise(unstated)];
}

const requestEntries: readonly Entry[] = [
  ['request.model', { kind: 'string' }, otherwise('test')],
  ['request.id', { kind: 'string' }, otherwise('test')],
  ['request.prompt', { kind: 'string' }, otherwise('test')],
  ['request.user', { kind: 'string' }, optional],
  wordOf('request.endpoint', surfaceNames, otherwise('chat')),
  wordOf('request.reasoning_effort', reasoningEfforts, optional),
  flag('request.stream'),
  flag('request.has_tools'),
  flag('request.has_images'),
  flag('request.has_audio'),
  flag('request.has_files'),
  flag('request.json_output'),
  ['request.needs', { kind: 'set', values: needs }, otherwise([])],
  ['request.continues', { kind: 'string' }, optional],
  ['request.tags', { kind: 'set' }, otherwise([])],
  ['request.input_tokens', { kind: 'tokens' }, otherwise(0)],
  ['request.max_output_tokens', { kind: 'tokens' }, optional],
  ['request.messages', { kind: 'count' }, otherwise(0)],
  ['request.temperature', { kind: 'decimal' }, optional],
];

const callerEntries: readonly Entry[] = [
  ['caller.key', { kind: 'string' }, otherwise('anonymous')],
  ['caller.team', { kind: 'string' }, optional],
  ['caller.user', { kind: 'string' }, optional],
  ['caller.app', { kind: 'string' }, optional],
  // May see rules, removed models and facts.
  flag('caller.debug'),
];

function modelEntries(words: CatalogueWords): readonly Entry[] {
  return [
    wordOf('model.name', words.models, required),
    wordOf('model.provider', words.providers, required),
    wordOf('model.region', words.regions, required),
    ['model.context_window', { kind: 'tokens' }, required],
    ['model.max_output', { kind: 'tokens' }, required],
    ['model.price_in', { kind: 'money' }, required],
    ['model.price_out', { kind: 'money' }, required],
    flag('model.vision'),
    flag('model.tools'),
    flag('model.json_schema'),
    flag('model.reasoning'),
    flag('model.zero_retention'),
    flag('model.up', true),
    ['model.latency', { kind: 'duration' }, optional],
  ];
}

/** The content of a request: only the truth of each condition on it is ever kept. */
const contentKey = 'request.prompt';

/**
 * What every policy may read without declaring it, by dotted key. A `model.…` attribute that is required here may still
 * be absent from a model: it is an error only when a rule reads it.
 */
export function builtinAttributes(words: CatalogueWords): ReadonlyMap<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const [key, type, presence] of [...requestEntries, ...callerEntries, ...modelEntries(words)]) {
    const attribute = { key, type, presence, declaredAt: 'built in' };
    attributes.set(key, key === contentKey ? { ...attribute, sensitive: true } : attribute);
  }
  return attributes;
}
