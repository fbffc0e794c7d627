import type { FactSource, GatewayConfig } from '../config/config.ts';
import type { FactKey } from '../decide/facts.ts';
import type { ApiRequest, SurfaceName } from '../protocol/api-request.ts';
import { valueAt } from '../protocol/fields.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { Attribute } from '../semantics/environment.ts';
import { readValue } from '../semantics/read-value.ts';
import { maxCount, type Value } from '../semantics/types.ts';
import { putBodyFacts } from './body-facts.ts';
import { CollectedFacts } from './collected-facts.ts';
import { describeSource, missingAttribute, wrongValue } from './fact-error.ts';
import type { Caller } from './keys.ts';

export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What facts are read from. */
export interface FactOrigin {
  readonly id: string;
  readonly headers: RequestHeaders;
  readonly request: ApiRequest;
  readonly caller: Caller;
  /** The tokens of its texts, where they were counted: else they are estimated. */
  readonly textTokens?: number | undefined;
}

/** Whoever asked may add to them. Costly facts are gathered only where `required` names them. Throws a `GatewayError` for what the door refuses. */
export type CollectFacts = (origin: FactOrigin, required: ReadonlySet<FactKey>) => CollectedFacts;

/** A place that an attribute is read from, and how it is called there. */
interface Reading {
  readonly attribute: Attribute;
  readonly where: string;
  read(origin: FactOrigin): unknown;
}

const tagsHeader: FactSource = { kind: 'header', name: 'x-llmpolicy-tags' };

/** Works out once, from the config, where every attribute is read from. */
export function createFactCollector({
  environment,
  sources,
}: Pick<GatewayConfig, 'environment' | 'sources'>): CollectFacts {
  const { attributes, currency } = environment;
  const named = namedReadings(attributes, sources);
  const readingsOf = (surface: SurfaceName) => [...statedReadings(attributes, surfaces[surface].statedFacts), ...named];
  const readings: Readonly<Record<SurfaceName, readonly Reading[]>> = {
    chat: readingsOf('chat'),
    responses: readingsOf('responses'),
    messages: readingsOf('messages'),
    embeddings: readingsOf('embeddings'),
  };
  const required = [...attributes.values()].filter(
    ({ key, presence }) => presence.kind === 'required' && !key.startsWith('model.'),
  );
  const places = new Map([...attributes.keys()].map((key, place) => [key, place] as const));
  return (origin, wanted) => {
    const { id, request, caller, textTokens } = origin;
    const facts = new CollectedFacts(places);
    for (const [key, value] of caller.facts) facts.set(key, value);
    facts.set('request.id', id);
    putBodyFacts(request, { wantsPrompt: wanted.has('request.prompt'), textTokens }, facts);
    for (const { attribute, where, read } of readings[request.surface]) {
      if (facts.has(attribute.key)) continue;
      const written = read(origin);
      if (written === undefined || written === null) continue;
      const value = readValue(attribute.type, written, currency);
      if (value === undefined) throw wrongValue(attribute, where, written);
      facts.set(attribute.key, isCounted(attribute) ? clampCount(value) : value);
    }
    const absent = required.find(({ key }) => !facts.has(key));
    if (absent !== undefined) throw missingAttribute(absent, sources.get(absent.key) ?? []);
    return facts;
  };
}

type Attributes = ReadonlyMap<string, Attribute>;

function readingOf(attributes: Attributes, key: FactKey, where: string, read: Reading['read']): readonly Reading[] {
  const attribute = attributes.get(key);
  return attribute === undefined ? [] : [{ attribute, where, read }];
}

/** What a body says in fields of its own, in the order in which they count. */
function statedReadings(attributes: Attributes, facts: readonly (readonly [FactKey, string])[]): readonly Reading[] {
  return facts.flatMap(([key, field]) => {
    const path = field.split('.');
    return readingOf(attributes, key, `the body's \`${field}\``, ({ request }) => valueAt(request.body, path));
  });
}

/** What the config reads from headers and from the body's metadata, and the tags. */
function namedReadings(attributes: Attributes, sources: GatewayConfig['sources']): readonly Reading[] {
  return [['request.tags', [tagsHeader]] as const, ...sources].flatMap(([key, places]) =>
    places.flatMap((place) => readingOf(attributes, key, describeSource(place), readerOf(place))),
  );
}

function readerOf(source: FactSource): Reading['read'] {
  if (source.kind === 'header') {
    const name = source.name.toLowerCase();
    return ({ headers }) => headers[name];
  }
  const path = ['metadata', source.field];
  return ({ request }) => valueAt(request.body, path);
}

function isCounted({ type }: Attribute): boolean {
  return type.kind === 'tokens' || type.kind === 'requests' || type.kind === 'count';
}

function clampCount(value: Value): Value {
  return typeof value === 'number' ? Math.min(value, maxCount) : value;
}
