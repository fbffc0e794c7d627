import type { FactSource, GatewayConfig } from '../config/config.ts';
import type { FactKey, Facts } from '../decide/facts.ts';
import type { ChatRequest } from '../protocol/chat-request.ts';
import { isJsonObject } from '../protocol/json.ts';
import type { Attribute } from '../semantics/environment.ts';
import { readValue } from '../semantics/read-value.ts';
import { maxCount, type Value } from '../semantics/types.ts';
import { putChatFacts } from './chat-facts.ts';
import { describeSource, missingAttribute, wrongValue } from './fact-error.ts';
import type { Caller } from './keys.ts';

export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What facts are read from. */
export interface FactOrigin {
  readonly id: string;
  readonly headers: RequestHeaders;
  readonly request: ChatRequest;
  readonly caller: Caller;
}

/** Costly facts are gathered only where `required` names them. Throws a `GatewayError` for what the door refuses. */
export type CollectFacts = (origin: FactOrigin, required: ReadonlySet<FactKey>) => Facts;

/** A place that an attribute is read from, and how it is called there. */
interface Reading {
  readonly attribute: Attribute;
  readonly where: string;
  read(origin: FactOrigin): unknown;
}

const tagsHeader: FactSource = { kind: 'header', name: 'x-llmpolicy-tags' };

/** Fields of the body that are facts as they stand, in the order in which they count. */
const bodyFields: readonly (readonly [FactKey, string])[] = [
  ['request.user', 'user'],
  ['request.temperature', 'temperature'],
  ['request.reasoning_effort', 'reasoning_effort'],
  ['request.max_output_tokens', 'max_completion_tokens'],
  ['request.max_output_tokens', 'max_tokens'],
];

/** Works out once, from the config, where every attribute is read from. */
export function createFactCollector({
  environment,
  sources,
}: Pick<GatewayConfig, 'environment' | 'sources'>): CollectFacts {
  const { attributes, currency } = environment;
  const readings = listReadings(attributes, sources);
  const required = [...attributes.values()].filter(
    ({ key, presence }) => presence.kind === 'required' && !key.startsWith('model.'),
  );
  return (origin, wanted) => {
    const facts = new Map<FactKey, Value>(origin.caller.facts);
    facts.set('request.id', origin.id);
    putChatFacts(origin.request, wanted.has('request.prompt'), (key, value) => facts.set(key, clampCount(value)));
    for (const { attribute, where, read } of readings) {
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

function listReadings(
  attributes: ReadonlyMap<string, Attribute>,
  sources: GatewayConfig['sources'],
): readonly Reading[] {
  const of = (key: FactKey, where: string, read: Reading['read']): readonly Reading[] => {
    const attribute = attributes.get(key);
    return attribute === undefined ? [] : [{ attribute, where, read }];
  };
  return [
    ...bodyFields.flatMap(([key, field]) => of(key, `the body's \`${field}\``, ({ request }) => request[field])),
    ...[['request.tags', [tagsHeader]] as const, ...sources].flatMap(([key, places]) =>
      places.flatMap((place) => of(key, describeSource(place), readerOf(place))),
    ),
  ];
}

function readerOf(source: FactSource): Reading['read'] {
  if (source.kind === 'header') {
    const name = source.name.toLowerCase();
    return ({ headers }) => headers[name];
  }
  return ({ request: { metadata } }) => (isJsonObject(metadata) ? metadata[source.field] : undefined);
}

function isCounted({ type }: Attribute): boolean {
  return type.kind === 'tokens' || type.kind === 'requests' || type.kind === 'count';
}

function clampCount(value: Value): Value {
  return typeof value === 'number' ? Math.min(value, maxCount) : value;
}
