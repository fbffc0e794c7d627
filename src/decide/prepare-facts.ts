import { weekMinuteAt } from '../catalog/zone-time.ts';
import type { PolicyProgram } from '../compile/program.ts';
import type { Value } from '../semantics/types.ts';
import { matchesText } from '../semantics/value-operations.ts';
import { nowIn } from '../semantics/week.ts';
import type { FactKey, Facts } from './facts.ts';

/** 2026-01-05T12:00:00Z, a Monday: the moment at which facts neutrally stand. */
export const neutralInstant = 1_767_614_400_000;

/**
 * Adds the facts that are worked out from others, once and before the decision: the time of the week in the zones that the
 * program names, and the answers to what it asks about texts. What is given already, as in a log, stays as it is.
 */
export function prepareFacts(program: PolicyProgram, facts: Facts, instant: number): Facts {
  if (program.zones.length === 0 && program.questions.length === 0) return facts;
  const prepared = new Map<FactKey, Value>(facts);
  for (const zone of program.zones) {
    const key = nowIn(zone);
    if (!prepared.has(key)) prepared.set(key, weekMinuteAt(instant, zone));
  }
  for (const { fact, attribute, pattern, absent } of program.questions) {
    if (!prepared.has(fact)) prepared.set(fact, matchesText(facts.get(attribute) ?? absent, pattern));
  }
  return prepared;
}
