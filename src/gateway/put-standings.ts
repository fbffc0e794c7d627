import { counterFacts } from '../decide/counter-facts.ts';
import type { FactKey } from '../decide/facts.ts';
import type { Value } from '../semantics/types.ts';
import type { ChargeStanding } from './meter.ts';

/** Adds to a request's facts how its counters stand. */
export function putStandings(facts: Map<FactKey, Value>, standings: readonly ChargeStanding[]): void {
  for (const standing of standings) {
    for (const [key, value] of counterFacts(standing.charge, standing)) facts.set(key, value);
  }
}
