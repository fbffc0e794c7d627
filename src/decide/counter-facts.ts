import type { Value } from '../semantics/types.ts';
import type { Charge } from './charges.ts';
import type { FactKey } from './facts.ts';

/** How a counter stands: what is used for certain, what is only reserved, and what it holds. */
export interface Standing {
  readonly settled: number;
  readonly open: number;
  readonly capacity: number;
}

const whole = 10_000;
/** More than any threshold can ask for, and a number that policies can hold. */
const mostUsed = 2 ** 31 - 1;

/** The share of a counter that is used, in basis points, rounded down: a threshold is reached when all of it is used. */
export function usedShare({ settled, capacity }: Pick<Standing, 'settled' | 'capacity'>): number {
  if (capacity <= 0) return whole;
  return Math.min(Number((BigInt(settled) * BigInt(whole)) / BigInt(capacity)), mostUsed);
}

/** The facts that say how a counter stands. Of what runs at once only what is open counts; of all else only what is settled. */
export function counterFacts(charge: Charge, standing: Standing): readonly (readonly [FactKey, Value])[] {
  const counted = charge.unit === 'concurrent' ? standing.open : standing.settled;
  const used = usedShare({ settled: counted, capacity: standing.capacity });
  return [
    ...(charge.usedFact === undefined ? [] : [[charge.usedFact, used] as const]),
    ...(charge.exhaustedFact === undefined ? [] : [[charge.exhaustedFact, counted >= standing.capacity] as const]),
  ];
}

/**
 * How far a reservation may go: for a budget up to its next threshold with a plan or reject, for a limit up to all of it. `used` is
 * what the decision took for used, in basis points.
 */
export function boundOf({ thresholds, unit }: Charge, capacity: number, used: number): number {
  if (unit !== 'money' || thresholds.length === 0) return capacity;
  const next = thresholds.find((at) => at > used) ?? thresholds.at(-1) ?? whole;
  return Math.min(Number((BigInt(capacity) * BigInt(next)) / BigInt(whole)), Number.MAX_SAFE_INTEGER);
}

/** The facts of a counter of which a reservation failed: nothing is left up to where it went. */
export function refusedFacts(charge: Charge, used: number): readonly (readonly [FactKey, Value])[] {
  const reached = charge.thresholds.find((at) => at > used) ?? whole;
  return [
    ...(charge.usedFact === undefined ? [] : [[charge.usedFact, charge.unit === 'money' ? reached : whole] as const]),
    ...(charge.exhaustedFact === undefined ? [] : [[charge.exhaustedFact, true] as const]),
  ];
}
