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

/** A body as RFC 8785 writes it, without what changes no answer: whatever else differs, tells requests apart. */
export function canonicalBody({ surface, body }: Pick<ApiRequest, 'surface' | 'body'>): string {
  const [left, defaults] = [unseen[surface], unsaid[surface]];
  const told: Record<string, JsonValue | undefined> = Object.create(null);
  for (const [field, value] of Object.entries(body)) {
    if (value === null || left.has(field) || (Object.hasOwn(defaults, field) && defaults[field] === value)) continue;
    told[field] = value;
  }
  return canonicalize(told) ?? '';
}

/** One name for all of it; SHA-256, so that nobody reads a request out of a key. */
export function fingerprint(parts: readonly JsonValue[], ...texts: readonly string[]): string {
  return hash('sha256', JSON.stringify([canonicalize(parts), ...texts]), 'base64url');
}

/** The canonical texts of the bodies that one request comes to: each is written once. */
export class CanonicalBodies {
  readonly #texts = new Map<JsonObject, string>();

  of(request: Pick<ApiRequest, 'surface' | 'body'>): string {
    const known = this.#texts.get(request.body);
    if (known !== undefined) return known;
    const text = canonicalBody(request);
    this.#texts.set(request.body, text);
    return text;
  }
}
