import { type ReadPolicy, readPolicy } from '../compile/read-policy.ts';
import { decide } from '../decide/decide.ts';
import type { Facts } from '../decide/facts.ts';
import { prepareFacts } from '../decide/prepare-facts.ts';
import { sensitiveTruths } from '../decide/sensitive-truths.ts';
import type { Parsed } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import type { Environment } from '../semantics/environment.ts';
import type { ResolveParent } from '../semantics/link-layers.ts';
import { failedTests } from './failed-tests.ts';
import { notEnforced } from './not-enforced.ts';
import { type ServedPolicy, servePolicy } from './served-policy.ts';

/**
 * Reads a policy that is to be served, compiled already or not, the whole way: what the gateway cannot keep is an error, and so is a
 * test that fails.
 */
export function compileServed(source: Source, environment: Environment, resolve: ResolveParent): Parsed<ReadPolicy> {
  const { value, diagnostics } = readPolicy(source, environment, resolve);
  const refused = value ? [...notEnforced(value, source, environment), ...failedTests(value)] : [];
  return { value: refused.length > 0 ? undefined : value, diagnostics: [...diagnostics, ...refused] };
}

/** What a gateway serves: the time of the week and the questions about texts are answered once, before the decision. */
export function serveCompiled({ program }: Pick<ReadPolicy, 'program'>): ServedPolicy {
  const decideNow = (served: typeof program, facts: Facts) => decide(served, prepareFacts(served, facts, Date.now()));
  return servePolicy(program, decideNow, sensitiveTruths(program));
}
