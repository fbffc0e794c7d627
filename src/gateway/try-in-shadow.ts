import { isCounting } from '../decide/charges.ts';
import type { Decision } from '../decide/decision.ts';
import type { Environment } from '../semantics/environment.ts';
import type { CollectFacts, FactOrigin } from './collect-facts.ts';
import { entryFacts } from './entry-facts.ts';
import type { Meter } from './meter.ts';
import type { ModelHealth } from './model-health.ts';
import { putStandings, putTruths } from './put-standings.ts';
import type { ShadowTrial } from './shadow-trial.ts';

interface TrialTools {
  readonly collectFacts: CollectFacts;
  readonly meter: Pick<Meter, 'readStandings'>;
  readonly health: Pick<ModelHealth, 'look'>;
  readonly environment: Environment;
}

/**
 * Decides a request with the other version too, beside its way, and notes in what that differs. Nothing is reserved, nobody is called,
 * and what goes wrong is the trial's alone.
 */
export function tryInShadow(tools: TrialTools, trial: ShadowTrial, origin: FactOrigin, live: Decision): void {
  trial.run(() => compare(tools, trial, origin, live));
}

async function compare(
  { collectFacts, meter, health, environment }: TrialTools,
  trial: ShadowTrial,
  origin: FactOrigin,
  live: Decision,
): Promise<void> {
  const { policy } = trial;
  const facts = collectFacts(origin, policy.requiredFacts);
  const { program } = policy;
  if (isCounting(program)) putStandings(facts, await meter.readStandings(program, facts));
  for (const [key, value] of health.look(policy.requiredFacts, false).facts) facts.set(key, value);
  putTruths(facts, policy);
  const shadow = policy.decide(facts);
  trial.compare(origin.id, live, shadow, () => entryFacts(environment, facts, shadow.facts));
}
