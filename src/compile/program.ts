import type { FailureClass } from '../protocol/failure.ts';
import type {
  CheckedCap,
  CheckedFallback,
  CheckedGuard,
  CheckedLimit,
  CheckedRetry,
  RuleId,
  TextPattern,
} from '../semantics/typed.ts';
import type { Type, Value } from '../semantics/types.ts';
import type { Window } from '../syntax/ast.ts';
import type { Column } from './columns.ts';
import type { Ir } from './ir.ts';
import type { RuleIndex } from './rule-index.ts';

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
  /** Keys of what the shell must gather before it asks. */
  readonly requiredFacts: readonly string[];
  /** Facts that the door answers from a text, so that the text itself is never stored. */
  readonly questions: readonly Question[];
  /** Time zones whose time of the week the program reads. */
  readonly zones: readonly string[];
  /** The catalogue, in its order. */
  readonly models: readonly ProgramModel[];
  /** Which models answer to a public name. Empty unless a plan reads `requested`. */
  readonly answers: readonly (readonly [name: string, models: readonly number[]])[];
  /** What is no model and receives content, where the config has any. */
  readonly receivers?: readonly ProgramReceiver[];
  /** Built-in constraints first, then in file order. */
  readonly denials: readonly Denial[];
  readonly refusals: readonly Refusal[];
  readonly choices: readonly ProgramChoice[];
  readonly otherwise: Destination;
  /** For plans that take the place of the route's. */
  readonly retries: readonly CheckedRetry[];
  readonly fallback: CheckedFallback;
  readonly budgets: readonly ProgramRule<ProgramBudget>[];
  readonly limits: readonly ProgramRule<ProgramLimit>[];
  readonly caps: readonly ProgramRule<Pick<CheckedCap, 'subject' | 'amount'>>[];
  readonly caches: readonly ProgramRule<ProgramCache>[];
  readonly guards: readonly ProgramRule<Pick<CheckedGuard, 'guard' | 'points' | 'action' | 'stream'>>[];
  readonly sets: readonly ProgramRule<{ readonly parameter: string; readonly value: ProgramOperand | 'off' }>[];
  readonly tags: readonly ProgramRule<{ readonly tag: string; readonly value: ProgramOperand }>[];
  readonly mirrors: readonly ProgramRule<ProgramMirror>[];
  /** The same conditions, indexed. Not part of the digest: they follow from the rest. */
  readonly tables: ProgramTables;
}

/** A program before it is indexed and given its digest. */
export type ProgramContent = Omit<PolicyProgram, 'digest' | 'tables'>;

/** A program's conditions, ready to be asked all at once. Plain data, made from the program and nothing else. */
export interface ProgramTables {
  readonly columns: readonly Column[];
  /** `deny model`, group by group, then refusals. */
  readonly constraints: RuleIndex;
  /** Routes and splits, those in the shadow left out: the first that holds counts. */
  readonly choices: RuleIndex;
  /** Rules of stage 3, case by case. */
  readonly obligations: RuleIndex;
}

export interface FactSlot {
  readonly key: string;
  readonly type: Type;
  /** What holds where the fact is not given; undefined leaves it missing. */
  readonly absent?: Value;
  /** Worked out while deciding, or given by a test: `route`, `branch`, buckets. */
  readonly derived?: boolean;
  /** Its value stays out of decisions. */
  readonly sensitive?: boolean;
  /** The state of a model, or of a counter of one: decisions show it where it is not as it should be. */
  readonly modelState?: boolean;
}

export interface Question {
  /** The key of the Boolean fact that holds the answer. */
  readonly fact: string;
  /** The attribute whose text is asked about. */
  readonly attribute: string;
  readonly pattern: TextPattern;
  /** The text where none is given. */
  readonly absent?: Value;
}

export interface ProgramModel {
  readonly name: string;
  readonly provider: string;
  readonly upstream: string;
  /** The fact that says whether it is healthy. */
  readonly up: number;
  /** Counters of its own. */
  readonly counters: readonly ModelCounter[];
  /** Where `fastest of` reads it. */
  readonly latency?: number;
  /** Nano-units per million tokens, where `cheapest of` reads them. */
  readonly price?: readonly [input: number, output: number];
}

/** A counter that is charged by attempts on a model. */
export interface ModelCounter {
  readonly id: RuleId;
  readonly shadow: boolean;
  /** The requests whose attempts it counts. */
  readonly when: Ir;
  /** The fact that says whether nothing is left of it. */
  readonly exhausted: number;
}

/** `deny model`: one condition for each group of models for which it reads the same. */
export interface Denial {
  readonly rule: RuleId;
  readonly shadow: boolean;
  readonly because: string | null;
  readonly groups: readonly { readonly models: readonly number[]; readonly when: Ir }[];
}

/** What a request may keep content from, beside the models. */
export interface ProgramReceiver {
  readonly name: string;
  /** In file order. */
  readonly denials: readonly (Pick<Denial, 'rule' | 'shadow' | 'because'> & { readonly when: Ir })[];
}

export interface Refusal {
  readonly rule: RuleId;
  readonly shadow: boolean;
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly when: Ir;
}

export interface ProgramChoice {
  readonly name: string;
  readonly shadow: boolean;
  readonly when: Ir;
  readonly to: Destination | ProgramSplit;
}

export interface ProgramSplit {
  readonly kind: 'split';
  readonly bucket: Bucket;
  readonly branches: readonly { readonly name: string; readonly end: number; readonly destination: Destination }[];
}

/** Which of ten thousand buckets a request falls into: given as a fact by a test, else by the hash of its key. */
export interface Bucket {
  readonly fact: number;
  readonly key: ProgramOperand;
  readonly salt: string;
}

export interface Destination {
  readonly kind: 'destination';
  readonly plan: ProgramPlan;
  readonly retries: readonly CheckedRetry[];
  readonly fallback: CheckedFallback;
}

export type ProgramPlan =
  | { readonly kind: 'use'; readonly picks: readonly ProgramPick[] }
  | { readonly kind: 'reject'; readonly status: number; readonly message: string };

export interface ProgramPick {
  readonly models: 'requested' | readonly number[];
  readonly order: 'written' | 'cheapest' | 'fastest' | { readonly key: ProgramOperand; readonly salt: string };
  readonly after: readonly FailureClass[] | null;
  readonly timeoutMs: number | null;
  readonly firstTokenMs: number | null;
}

/** `a ?? b ?? "c"`: indices of facts; the constant counts where all of them are missing. */
export interface ProgramOperand {
  readonly type: Type;
  readonly facts: readonly number[];
  readonly constant?: Value;
}

/**
 * A rule of stage 3. It holds for the request when its one case does; a rule per attempt has a case for each group of models for
 * which it reads the same.
 */
export interface ProgramRule<Payload> {
  readonly id: RuleId;
  readonly shadow: boolean;
  readonly perAttempt: boolean;
  readonly cases: readonly RuleCase<Payload>[];
}

export interface RuleCase<Payload> {
  /** Null: for the request. */
  readonly models: readonly number[] | null;
  readonly when: Ir;
  readonly payload: Payload;
}

export interface ProgramCounter {
  /** The policy that declares it: with the rule's name and the window the identity of the counter. */
  readonly policy: string;
  readonly amount: ProgramOperand;
  readonly window: Window | 'concurrent';
  readonly each: readonly ProgramKey[];
  /** Its place among the budgets and limits of all layers, in file order. */
  readonly place: number;
  /** The fact that tells its state: percentage used of a budget, exhaustion of a limit; null per attempt. */
  readonly state: number | null;
}

export interface ProgramKey {
  readonly name: string;
  readonly value: ProgramOperand;
}

export interface ProgramBudget extends ProgramCounter {
  readonly thresholds: readonly {
    readonly at: number;
    readonly effect: ProgramPlan | { readonly kind: 'notify'; readonly channel: string };
  }[];
}

export interface ProgramLimit extends ProgramCounter {
  readonly unit: CheckedLimit['unit'];
  readonly burst: ProgramOperand | null;
  readonly otherwise: ProgramPlan;
}

export interface ProgramCache {
  readonly mode: 'off' | 'exact' | 'semantic';
  readonly above: number | null;
  readonly ttlMs: number | null;
  readonly scope: readonly ProgramKey[];
}

export interface ProgramMirror {
  readonly model: number;
  /** Basis points. */
  readonly share: number;
  readonly bucket: Bucket;
}
