import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ApiRequest, SurfaceName } from '../protocol/api-request.ts';
import type { JsonObject, JsonValue } from '../protocol/json.ts';

/** Fields that no model sees and no answer repeats, by API: requests that differ in them alone are answered alike. */
const unseen: Readonly<Record<SurfaceName, ReadonlySet<string>>> = {
  chat: new Set(['user', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention']),
  // A response repeats what it was asked with.
  responses: new Set(),
  messages: new Set(['metadata']),
  embeddings: new Set(['user']),
};

/** What every upstream takes for said where it is not, by API. What models have defaults of their own for is not among it. */
const unsaid: Readonly<Record<SurfaceName, Readonly<Record<string, JsonValue>>>> = {
  chat: { stream: false, n: 1, logprobs: false },
  responses: { stream: false, background: false },
  messages: { stream: false },
  embeddings: { encoding_format: 'float' },
};

/**
 * A body as RFC 8785 writes it, without what changes no answer: whatever else differs, tells requests apart. Undefined for what has no
 * such form, as half a character has none, and for what is nested too deeply.
 */
function canonicalBody({ surface, body }: Pick<ApiRequest, 'surface' | 'body'>): string | undefined {
  const [left, defaults] = [unseen[surface], unsaid[surface]];
  const told: Record<string, JsonValue | undefined> = Object.create(null);
  for (const [field, value] of Object.entries(body)) {
    if (value === null || left.has(field) || (Object.hasOwn(defaults, field) && defaults[field] === value)) continue;
    told[field] = value;
  }
  try {
    return canonicalize(told);
  } catch {
    return undefined;
  }
}

/** One name for all of it; SHA-256, so that nobody reads a request out of a key. */
export function fingerprint(parts: readonly JsonValue[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}

/** The fields of an object in one order, whatever order they were written in. */
export function inOrder(
  fields: Readonly<Record<string, string | number>>,
): readonly (readonly [string, string | number])[] {
  return Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
}

/** The fingerprints of the bodies that one request comes to: each is written once. */
export class BodyFingerprints {
  readonly #known = new Map<JsonObject, string | undefined>();

  of(request: Pick<ApiRequest, 'surface' | 'body'>): string | undefined {
    const { body } = request;
    if (this.#known.has(body)) return this.#known.get(body);
    const text = canonicalBody(request);
    const found = text === undefined ? undefined : hash('sha256', text, 'base64url');
    this.#known.set(body, found);
    return found;
  }
}
