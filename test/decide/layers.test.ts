import { describe, expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { decide } from '../../src/decide/decide.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { acme, factsOf, planOf } from '../support/acme.ts';

/** Files by name; the last is served. */
function decideFiles(files: Readonly<Record<string, string>>, facts: Record<string, unknown> = {}) {
  const source = (name: string) => createSource(name, `edition 2026\n${files[name]}`);
  const [entry = ''] = Object.keys(files).reverse();
  const { value, diagnostics } = compileSource(source(entry), acme.environment, (_, written) => source(written));
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return decide(value.program, factsOf(value, facts));
}

describe('layers', () => {
  const org = `policy "acme/org"
    deny model when model.region == us
    cap output 4k tok
    budget org-day $1000 per day at 90% use haiku
    guard pii on input then redact
    routes { otherwise use opus }
    fallback on { timeout } max 1 attempts
    retry 2 on { timeout }`;
  const app = `policy "acme/app" extends "org"
    deny model when model == opus
    cap output 8k tok
    limit calm 5 req per min else use { mistral-small, haiku }
    guard pii on input then observe
    routes { otherwise use { gpt-pro, opus, haiku, mistral-small } }`;

  it('all constrain: parents first, and a child can only tighten', () => {
    const decision = decideFiles({ org, app });
    expect(planOf(decision)).toEqual(['haiku']);
    expect(decision.removed.map(({ model, rule }) => `${model} by ${rule}`)).toEqual([
      'opus by deny-1',
      'gpt-4.1-mini by acme/org#deny-1',
      'gpt-pro by acme/org#deny-1',
      'gemini-pro by acme/org#deny-1',
    ]);
    expect(decision.obligations.caps).toEqual({ output: 4000 });
    expect(decision.obligations.guards).toMatchObject([{ name: 'pii', action: 'redact' }]);
  });

  it('take the nearest routes, retry and fallback, each on its own', () => {
    const decision = decideFiles({ org, app });
    expect(decision).toMatchObject({ retry: [{ on: ['timeout'], times: 2 }], fallback: { maxAttempts: 1 } });
    const team = 'policy "acme/team" extends "app" fallback on { network }';
    const nearest = decideFiles({ org, app, team });
    expect(nearest.fallback).toEqual({ on: ['network'], maxAttempts: null, withinMs: null });
    expect(planOf(nearest)).toEqual(['haiku', 'mistral-small']);
    expect(
      planOf(
        decideFiles({ org: org.replace('deny model', '@mode(shadow) deny model'), app: 'policy "app" extends "org"' }),
      ),
    ).toEqual(['opus']);
  });

  it('stand in file order where plans are in force: the parent’s first', () => {
    const decision = decideFiles({ org, app }, { 'budget.org-day.used': '90%', 'limit.calm.exhausted': true });
    expect(decision.replacedBy).toEqual([{ budget: 'org-day', at: '90%' }, { limit: 'calm' }]);
    expect(planOf(decision)).toEqual(['haiku']);
  });

  it('that meet twice count once', () => {
    const left = 'policy "left" extends "org"';
    const right = 'policy "right" extends "org" cap output 2k tok';
    const both = 'policy "both" extends "left", "right" routes { otherwise use mistral-large }';
    const decision = decideFiles({ org, left, right, both });
    expect(decision.removed.map(({ rule }) => rule)).toEqual(Array(3).fill('acme/org#deny-1'));
    expect(decision.obligations.caps).toEqual({ output: 2000 });
  });
});
