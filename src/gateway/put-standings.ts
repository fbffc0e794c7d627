import { counterFacts } from '../decide/counter-facts.ts';
import type { CollectedFacts } from './collected-facts.ts';
import type { ChargeStanding } from './meter.ts';
import type { ServedPolicy } from './served-policy.ts';

/** Adds to a request's facts how its counters stand. */
export function putStandings(facts: CollectedFacts, standings: readonly ChargeStanding[]): void {
  for (const standing of standings) {
    for (const [key, value] of counterFacts(standing.charge, standing)) facts.set(key, value);
  }
}

/** Adds what a policy asks of facts that are sensitive, and whether it holds: what is kept in their place. */
export function putTruths(facts: CollectedFacts, { truths }: Pick<ServedPolicy, 'truths'>): void {
  for (const [atom, holds] of truths?.(facts) ?? noTruths) facts.set(atom, holds);
}

const noTruths = [] as const;
