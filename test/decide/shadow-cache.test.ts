import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decide/decide.ts';
import { shadowCache } from '../../src/decide/shadow-cache.ts';
import { compile, factsOf } from '../support/acme.ts';

/** What caches come to: live, and in the shadow. */
function cachesOf(rules: string, facts: Record<string, unknown>) {
  const compiled = compile(rules);
  const read = factsOf(compiled, facts);
  const decision = decide(compiled.program, read);
  return { live: decision.obligations.cache, shadow: shadowCache(compiled.program, decision, read) };
}

describe('caches in the shadow', () => {
  it.each<[string, Record<string, unknown>]>([
    ['cache semantic above 90% ttl 1h', {}],
    ['cache semantic above 90% ttl 1h scope everyone\ncache semantic above 95.5% ttl 2h scope caller.tier', {}],
    ['cache semantic above 90% ttl 1h\ncache exact ttl 30m when request.stream', { 'request.stream': true }],
    ['cache semantic above 90% ttl 1h\ncache exact ttl 30m when request.stream', {}],
    ['cache semantic above 90% ttl 1h\ncache off when request.stream', { 'request.stream': true }],
    [
      'cache exact ttl 1h when route == all\nroutes { route all when request.stream use haiku otherwise use opus }',
      { 'request.stream': true },
    ],
    ['cache exact ttl 1h when route == all\nroutes { route all when request.stream use haiku otherwise use opus }', {}],
  ])('come to what they would live: %s', (rules, facts) => {
    const { live } = cachesOf(rules, facts);
    const shadowed = rules.replaceAll(/^cache/gm, '@mode(shadow) cache');
    expect(cachesOf(shadowed, facts)).toEqual({ live: null, shadow: live });
  });

  it('are not those that are live', () => {
    const rules = 'cache exact ttl 1h\n@mode(shadow) cache semantic above 90% ttl 2h scope everyone';
    expect(cachesOf(rules, {})).toMatchObject({
      live: { mode: 'exact', ttl: '1h' },
      shadow: { mode: 'semantic', above: '90%', ttl: '2h', scope: {} },
    });
  });
});
