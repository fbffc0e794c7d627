import type { CountingProgram } from '../decide/charges.ts';
import type { Decision } from '../decide/decision.ts';
import type { FactKey, Facts } from '../decide/facts.ts';

/** What the gateway needs of a compiled program: what it is called, what it must know, and its answer. */
export interface ServedPolicy {
  readonly name: string;
  readonly digest: string;
  readonly requiredFacts: ReadonlySet<FactKey>;
  readonly program: CountingProgram;
  decide(facts: Facts): Decision;
}

interface Identified extends CountingProgram {
  readonly name: string;
  readonly digest: string;
  readonly requiredFacts: readonly FactKey[];
}

export function servePolicy<Program extends Identified>(
  program: Program,
  decide: (program: Program, facts: Facts) => Decision,
): ServedPolicy {
  return {
    name: program.name,
    digest: program.digest,
    requiredFacts: new Set(program.requiredFacts),
    program,
    decide: (facts) => decide(program, facts),
  };
}

/**
 * The one reference to the policy in force. A request takes it once, when it comes in, and ends with what it took: a swap
 * holds for the requests after it.
 */
export class LivePolicy {
  #current: ServedPolicy;

  constructor(first: ServedPolicy) {
    this.#current = first;
  }

  get current(): ServedPolicy {
    return this.#current;
  }

  swap(next: ServedPolicy): void {
    this.#current = next;
  }
}
