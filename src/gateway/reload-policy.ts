import { type ReadPolicy, readPolicy } from '../compile/read-policy.ts';
import { decide } from '../decide/decide.ts';
import type { Facts } from '../decide/facts.ts';
import { prepareFacts } from '../decide/prepare-facts.ts';
import { sensitiveTruths } from '../decide/sensitive-truths.ts';
import type { Diagnostic, Parsed } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import type { Environment } from '../semantics/environment.ts';
import type { ResolveParent } from '../semantics/link-layers.ts';
import { type LivePolicy, type ServedPolicy, servePolicy } from './live-policy.ts';
import { notEnforced } from './not-enforced.ts';

/** What came of a new text. */
export type Reload =
  | { readonly outcome: 'swapped'; readonly digest: string; readonly diagnostics: readonly Diagnostic[] }
  /** The text says the same as the one in force. */
  | { readonly outcome: 'unchanged'; readonly diagnostics: readonly Diagnostic[] }
  /** It has errors: the policy in force stays. */
  | { readonly outcome: 'refused'; readonly diagnostics: readonly Diagnostic[] };

/** Reads a policy that is to be served, compiled already or not: what the gateway cannot keep is an error. */
export function compileServed(source: Source, environment: Environment, resolve: ResolveParent): Parsed<ReadPolicy> {
  const { value, diagnostics } = readPolicy(source, environment, resolve);
  const unkept = value ? notEnforced(value, source, environment) : [];
  return { value: unkept.length > 0 ? undefined : value, diagnostics: [...diagnostics, ...unkept] };
}

/** A policy goes the whole way to a program before it takes the old one's place; with errors the old one stays. */
export function reloadPolicy(
  live: LivePolicy,
  source: Source,
  environment: Environment,
  resolve: ResolveParent,
): Reload {
  const { value, diagnostics } = compileServed(source, environment, resolve);
  if (!value) return { outcome: 'refused', diagnostics };
  const { digest } = value.program;
  if (digest === live.current.digest) return { outcome: 'unchanged', diagnostics };
  live.swap(serveCompiled(value));
  return { outcome: 'swapped', digest, diagnostics };
}

/** What a gateway serves: the time of the week and the questions about texts are answered once, before the decision. */
export function serveCompiled({ program }: Pick<ReadPolicy, 'program'>): ServedPolicy {
  const decideNow = (served: typeof program, facts: Facts) => decide(served, prepareFacts(served, facts, Date.now()));
  return servePolicy(program, decideNow, sensitiveTruths(program));
}
