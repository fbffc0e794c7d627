import type { PolicyProgram } from '../compile/program.ts';
import type { AsideProgram } from '../decide/aside.ts';
import type { Decision } from '../decide/decision.ts';
import type { FactKey, Facts } from '../decide/facts.ts';

/** What the gateway needs of a compiled program: what it is called, what it must know, and its answer. */
export interface ServedPolicy {
  readonly name: string;
  readonly digest: string;
  readonly requiredFacts: ReadonlySet<FactKey>;
  readonly program: ServedProgram;
  decide(facts: Facts): Decision;
  /** What it asks of facts that are sensitive, and whether it holds; absent where it asks nothing of any. */
  readonly truths?: SensitiveTruths | undefined;
}

/** What of a program the gateway asks for itself, beside decisions. */
export type ServedProgram = AsideProgram & Pick<PolicyProgram, 'mirrors' | 'caches'>;

export type SensitiveTruths = (facts: Facts) => readonly (readonly [atom: string, holds: boolean])[];

interface Identified extends ServedProgram {
  readonly name: string;
  readonly digest: string;
  readonly requiredFacts: readonly FactKey[];
}

export function servePolicy<Program extends Identified>(
  program: Program,
  decide: (program: Program, facts: Facts) => Decision,
  truths?: SensitiveTruths,
): ServedPolicy {
  return {
    name: program.name,
    digest: program.digest,
    requiredFacts: new Set(program.requiredFacts),
    program,
    decide: (facts) => decide(program, facts),
    truths,
  };
}

export interface DecisionTiming {
  /** Milliseconds that never run backwards. */
  now(): number;
  decided(milliseconds: number): void;
}

/** The same policy, of which `timing` hears how long each decision takes. */
export function timedPolicy(policy: ServedPolicy, timing: DecisionTiming): ServedPolicy {
  return {
    ...policy,
    decide(facts) {
      const startedAt = timing.now();
      const decision = policy.decide(facts);
      timing.decided(timing.now() - startedAt);
      return decision;
    },
  };
}
