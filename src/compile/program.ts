import type { FailureClass } from '../protocol/failure.ts';
import type { CheckedFallback, CheckedRetry } from '../semantics/typed.ts';
import type { Type, Value } from '../semantics/types.ts';
import type { Ir } from './ir.ts';

/** A policy compiled against a catalogue: plain data, everything that `decide` reads. */
export interface PolicyProgram {
  readonly name: string;
  readonly edition: number;
  /** Raised when this version of the software would decide something otherwise than the one before. */
  readonly meaning: number;
  readonly currency: string;
  /** SHA-256 of all the rest in canonical JSON (RFC 8785), as `sha256:<hex>`. */
  readonly digest: string;
  /** The facts that the program reads, by key in sorted order. */
  readonly facts: readonly FactSlot[];
  /** Their keys: what the shell must gather before it asks. */
  readonly requiredFacts: readonly string[];
  /** The catalogue, in its order. */
  readonly models: readonly ProgramModel[];
  /** Which models answer to a public name. Empty unless the policy reads `requested`. */
  readonly answers: readonly (readonly [name: string, models: readonly number[]])[];
  /** Built-in constraints first, then in file order. */
  readonly denials: readonly Denial[];
  readonly refusals: readonly Refusal[];
  readonly routes: readonly ProgramRoute[];
  readonly otherwise: Destination;
}

export interface FactSlot {
  readonly key: string;
  readonly type: Type;
  /** What holds where the fact is not given; undefined leaves it missing. */
  readonly absent?: Value;
  /** Its value stays out of decisions. */
  readonly sensitive?: boolean;
}

export interface ProgramModel {
  readonly name: string;
  readonly provider: string;
  readonly upstream: string;
  /** The fact that says whether it is healthy. */
  readonly up: number;
}

/** `deny model`: one condition for each group of models for which it reads the same. */
export interface Denial {
  readonly rule: string;
  readonly because: string | null;
  readonly groups: readonly { readonly models: readonly number[]; readonly when: Ir }[];
}

export interface Refusal {
  readonly rule: string;
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly when: Ir;
}

export interface ProgramRoute {
  readonly name: string;
  readonly when: Ir;
  readonly destination: Destination;
}

export interface Destination {
  readonly plan: ProgramPlan;
  readonly retries: readonly CheckedRetry[];
  readonly fallback: CheckedFallback;
}

export type ProgramPlan =
  | { readonly kind: 'use'; readonly picks: readonly ProgramPick[] }
  | { readonly kind: 'reject'; readonly status: number; readonly message: string };

export interface ProgramPick {
  readonly models: 'requested' | readonly number[];
  readonly after: readonly FailureClass[] | null;
  readonly timeoutMs: number | null;
  readonly firstTokenMs: number | null;
}
