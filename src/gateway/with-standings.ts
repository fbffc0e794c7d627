import { counterFacts } from '../decide/counter-facts.ts';
import type { Facts } from '../decide/facts.ts';
import type { ChargeStanding } from './meter.ts';

/** Facts with how counters stand. */
export function withStandings(facts: Facts, standings: readonly ChargeStanding[]): Facts {
  if (standings.length === 0) return facts;
  return new Map([...facts, ...standings.flatMap((standing) => counterFacts(standing.charge, standing))]);
}
