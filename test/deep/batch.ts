import fc from 'fast-check';
import { arbitraryScenarioFor } from '../support/arbitrary-rules.ts';
import { compileScenario } from '../support/compile-scenario.ts';
import { disagreements, everyWay, type Way } from '../support/disagreements.ts';
import { describeFailure } from './describe-failure.ts';

/** What came of a number of generated policies, each with the facts of many requests. */
export interface BatchResult {
  readonly drawn: number;
  /** The digests of those that compiled. */
  readonly digests: readonly string[];
  /** A policy with the facts of one request is one case. */
  readonly cases: number;
  /** The smallest case that was found on which evaluators disagree, as text. */
  readonly failure: string | null;
}

/** Many requests for each policy: compiling costs more than deciding. */
const mostRequests = 90;

/** How long a case that fails is made smaller. */
const shrinkingMs = 120_000;

/** Draws policies from a seed and asks every evaluator to decide each of their requests. */
export function runBatch(seed: number, policies: number, ways: readonly Way[] = everyWay): BatchResult {
  const digests: string[] = [];
  let [drawn, cases] = [0, 0];
  const property = fc.property(arbitraryScenarioFor(mostRequests), (scenario) => {
    drawn += 1;
    const policy = compileScenario(scenario);
    if (!('requests' in policy)) return true;
    digests.push(policy.program.digest);
    cases += policy.requests.length;
    return disagreements(policy, ways).length === 0;
  });
  const { failed, counterexample, counterexamplePath, errorInstance } = fc.check(property, {
    seed,
    numRuns: policies,
    interruptAfterTimeLimit: shrinkingMs,
  });
  if (!failed) return { drawn, digests, cases, failure: null };
  const [scenario] = counterexample ?? [];
  const found = scenario && describeFailure(scenario, ways);
  const where = `seed ${seed}, path ${counterexamplePath}`;
  return { drawn, digests, cases, failure: `${found ?? String(errorInstance)}\n\n${where}` };
}
