import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/cache/canonical-request.ts';
import { scopeOf } from '../../src/gateway/cache-scope.ts';
import { RequestFingerprints } from '../../src/gateway/request-fingerprints.ts';
import type { ApiRequest } from '../../src/protocol/api-request.ts';
import { isJsonObject, type JsonObject } from '../../src/protocol/json.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import { decisionFor } from '../gateway/sample-decision.ts';
import { runs } from '../support/runs.ts';

const text = fc.oneof(fc.constantFrom('', 'a', 'b', '"', ',', '["a"]', '\\', '\ud800', '\0'), fc.string());
const scope = fc.dictionary(fc.constantFrom('caller.key', 'caller.team', 'request.app', '__proto__'), text, {
  maxKeys: 3,
});
const policy = fc.record({ name: text, digest: fc.constant('sha256:x') });
const surface = fc.constantFrom('chat', 'responses', 'messages', 'embeddings' as const);
const sharer = fc.record({ policy, scope, surface, caller: text, store: fc.boolean() });

const requestOf = (named: ApiRequest['surface'], body: JsonObject): ApiRequest => ({
  surface: named,
  model: 'm',
  stream: false,
  body,
});

type Sharer = typeof sharer extends fc.Arbitrary<infer Value> ? Value : never;
const nameOf = (who: Sharer) => scopeOf(who, who, requestOf(who.surface, { store: who.store }), who.caller);

/** What makes two requests sharers of an answer, said another way. */
function isShared(one: Sharer, other: Sharer): boolean {
  const owner = ({ surface: named, store, caller }: Sharer) => (named === 'responses' && store ? [caller] : []);
  const fields = (of: Sharer['scope']) => new Map(Object.entries(of));
  const [these, those] = [fields(one.scope), fields(other.scope)];
  return (
    one.policy.name === other.policy.name &&
    these.size === those.size &&
    [...these].every(([name, value]) => those.get(name) === value) &&
    owner(one).length === owner(other).length &&
    owner(one)[0] === owner(other)[0]
  );
}

describe('scopes', () => {
  it('have one name exactly where they share', () => {
    fc.assert(
      fc.property(sharer, sharer, (one, other) => {
        expect(nameOf(one) === nameOf(other)).toBe(isShared(one, other));
        expect(nameOf(one)).toBe(nameOf({ ...one, scope: Object.fromEntries(Object.entries(one.scope).reverse()) }));
      }),
      { numRuns: runs(300) },
    );
  });

  it('never share an entry of a store, whatever is asked', async () => {
    const key = fc.json().map((json) => fingerprint([json]));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(sharer, key), { minLength: 1, maxLength: 12 }), async (entries) => {
        const store = createMemoryStore();
        for (const [at, [who, asked]] of entries.entries()) {
          const bytes = Buffer.from(String(at));
          await store.cache.put({ scope: nameOf(who), key: asked, bytes, now: 0, ttlMs: 1000 });
        }
        for (const [who, asked] of entries) {
          const found = await store.cache.get({ scope: nameOf(who), key: asked, now: 1 });
          const [giver] = entries[Number(Buffer.from(found ?? []).toString())] ?? [];
          expect(giver && isShared(giver, who)).toBe(true);
        }
        await store.close();
      }),
      { numRuns: runs(50) },
    );
  });
});

describe('what a request is known by', () => {
  const field = fc.constantFrom('model', 'messages', 'tools', 'n', 'stream', 'user', 'x', '10', '9', '__proto__');
  const value = fc.oneof(
    fc.constantFrom(null, true, false, 0, 1, -1.5, 1e300, 'a', ''),
    fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }),
  );
  const json = fc.dictionary(field, value, { maxKeys: 5 }) as fc.Arbitrary<JsonObject>;
  const decision = decisionFor({ models: new Map() }, []);
  const keyOf = (named: ApiRequest['surface'], body: JsonObject, headers = {}) =>
    new RequestFingerprints({ request: requestOf(named, body), headers, decision, providers: new Map() }).key;

  /** The same with the fields of every object in another order. */
  const reordered = <Value>(value: Value): Value => {
    if (Array.isArray(value)) return value.map(reordered) as Value;
    if (!isJsonObject(value)) return value;
    const fields = Object.entries(value).reverse();
    return Object.fromEntries(fields.map(([name, inner]) => [name, reordered(inner)])) as Value;
  };

  it('is not the order of fields, at any depth', () => {
    fc.assert(
      fc.property(surface, json, (named, body) => {
        expect(keyOf(named, reordered(body))).toBe(keyOf(named, body));
        expect(keyOf(named, body)).toBeDefined();
      }),
      { numRuns: runs(300) },
    );
  });

  it('is every other difference', () => {
    const plain = (named: ApiRequest['surface'], body: JsonObject) => {
      const unseen = named === 'messages' ? ['metadata'] : named === 'responses' ? [] : ['user'];
      const unsaid: Readonly<Record<string, unknown>> =
        named === 'embeddings' ? {} : { stream: false, ...(named === 'chat' && { n: 1 }) };
      const kept = Object.entries(body).filter(
        ([field, value]) =>
          value !== null && !unseen.includes(field) && !(Object.hasOwn(unsaid, field) && unsaid[field] === value),
      );
      return Object.fromEntries(kept);
    };
    fc.assert(
      fc.property(surface, json, json, (named, one, other) => {
        let isEqual = true;
        try {
          expect(plain(named, one)).toEqual(plain(named, other));
        } catch {
          isEqual = false;
        }
        expect(keyOf(named, one) === keyOf(named, other)).toBe(isEqual);
      }),
      { numRuns: runs(300) },
    );
  });

  it('is the API that it was asked in', () => {
    const body = { model: 'm', input: 'a', messages: [] };
    const keys = (['chat', 'responses', 'messages', 'embeddings'] as const).map((named) => keyOf(named, body));
    expect(new Set(keys).size).toBe(4);
  });
});
