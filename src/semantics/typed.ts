import type { Span } from '../diagnostics/span.ts';
import type { FailureClass } from '../protocol/failure.ts';
import type { Assert, Relation, Window } from '../syntax/ast.ts';
import type { Environment } from './environment.ts';
import type { Type, Value } from './types.ts';

/**
 * A policy with all its layers, every name resolved and every type checked: what the interpreter walks and the compiler
 * lowers. Models are their index in the catalogue. Lists stand in file order: the layers' parents first.
 */
export interface CheckedPolicy {
  readonly name: string;
  readonly edition: number;
  readonly environment: Environment;
  readonly constraints: readonly Constraint[];
  readonly choices: readonly Choice[];
  readonly otherwise: CheckedDestination;
  readonly retries: readonly CheckedRetry[];
  /** What holds where a plan says nothing of its own. */
  readonly fallback: CheckedFallback;
  readonly budgets: readonly CheckedBudget[];
  readonly limits: readonly CheckedLimit[];
  /** Both together, in file order: of several in force, the first counts. */
  readonly counters: readonly (CheckedBudget | CheckedLimit)[];
  readonly caps: readonly CheckedCap[];
  readonly caches: readonly CheckedCache[];
  readonly guards: readonly CheckedGuard[];
  readonly sets: readonly CheckedSet[];
  readonly tags: readonly CheckedTag[];
  readonly mirrors: readonly CheckedMirror[];
  readonly asserts: readonly CheckedAssert[];
  /** Tests of the served file: those of its parents run with their own file. */
  readonly tests: readonly CheckedTest[];
}

/** A rule's name in decisions and messages: its `@id`, its own name, or its kind and number. */
export type RuleId = string;

export interface Rule {
  readonly id: RuleId;
  readonly span: Span;
  /** `@mode(shadow)`: evaluated and logged, and otherwise as if it were not there. */
  readonly shadow: boolean;
}

// Constraints

export interface DenyModel extends Rule {
  readonly kind: 'deny-model';
  readonly when: Condition;
  readonly because: string | null;
}

/** `deny request`, and `require … else reject` turned round: the request is refused when the condition holds. */
export interface Refuse extends Rule {
  readonly kind: 'refuse';
  readonly when: Condition;
  readonly code: 'denied' | 'required';
  readonly status: number;
  readonly message: string;
}

export type Constraint = DenyModel | Refuse;

// Routes

export type Choice = CheckedRoute | CheckedSplit;

export interface CheckedRoute extends Rule {
  readonly kind: 'route';
  readonly nameSpan: Span;
  readonly when: Condition;
  readonly destination: CheckedDestination;
}

export interface CheckedSplit extends Rule {
  readonly kind: 'split';
  readonly nameSpan: Span;
  /** Null: always taken. */
  readonly when: Condition | null;
  readonly key: Operand;
  readonly salt: string;
  /** With the bucket at which each ends, 1 to 10000; the last ends at 10000. */
  readonly branches: readonly {
    readonly name: string;
    readonly end: number;
    readonly destination: CheckedDestination;
  }[];
}

export interface CheckedDestination {
  readonly span: Span;
  readonly plan: CheckedPlan;
  /** In place of the policy's own, where the plan writes some. */
  readonly retries: readonly CheckedRetry[] | null;
  readonly fallback: CheckedFallback | null;
}

export type CheckedPlan =
  | { readonly kind: 'use'; readonly picks: readonly CheckedPick[] }
  | { readonly kind: 'reject'; readonly status: number; readonly message: string };

export interface CheckedPick {
  readonly models: 'requested' | readonly number[];
  readonly order: 'written' | 'cheapest' | 'fastest' | { readonly key: Operand; readonly salt: string };
  readonly after: readonly FailureClass[] | null;
  readonly timeoutMs: number | null;
  readonly firstTokenMs: number | null;
}

export interface CheckedRetry {
  readonly on: readonly FailureClass[];
  readonly times: number;
  /** Null: at once. */
  readonly backoffMs: readonly [number, number] | null;
}

export interface CheckedFallback {
  readonly on: readonly FailureClass[];
  readonly maxAttempts: number | null;
  readonly withinMs: number | null;
}

// Obligations

/** A rule that holds for the whole request, or, where it reads `model`, for each attempt on its own. */
export interface Obligation extends Rule {
  /** Null: always. */
  readonly when: Condition | null;
  readonly perAttempt: boolean;
}

export interface Counter extends Obligation {
  /** The policy that declares it: part of the counter's identity. */
  readonly policy: string;
  readonly amount: Operand;
  readonly window: Window | 'concurrent';
  /** `model` and `model.…` for counters per attempt. */
  readonly each: readonly EachKey[];
}

export interface EachKey {
  /** As written: `caller.team`, `model.provider`. */
  readonly name: string;
  /** Null for `model` itself. */
  readonly operand: Operand | null;
}

export interface CheckedBudget extends Counter {
  readonly thresholds: readonly CheckedThreshold[];
}

export interface CheckedThreshold {
  /** Basis points. */
  readonly at: number;
  readonly effect: CheckedPlan | { readonly kind: 'notify'; readonly channel: string };
}

export interface CheckedLimit extends Counter {
  readonly unit: 'req' | 'tok' | 'input tok' | 'output tok' | 'concurrent';
  readonly burst: Operand | null;
  readonly otherwise: CheckedPlan;
}

export interface CheckedCap extends Obligation {
  readonly subject: 'input' | 'output' | 'cost' | 'time';
  readonly amount: number;
}

export interface CheckedCache extends Obligation {
  readonly mode: 'off' | 'exact' | 'semantic';
  /** Basis points. */
  readonly above: number | null;
  readonly ttlMs: number | null;
  /** The keys in which a shared answer must agree; none for everyone. */
  readonly scope: readonly EachKey[];
}

export interface CheckedGuard extends Obligation {
  readonly guard: string;
  readonly points: readonly ('input' | 'output')[];
  readonly action: 'observe' | 'redact' | 'block';
  readonly stream: 'buffer' | 'observe' | { readonly windowBytes: number };
}

export interface CheckedSet extends Obligation {
  readonly parameter: string;
  readonly value: Operand | 'off';
}

export interface CheckedTag extends Obligation {
  readonly tag: string;
  readonly value: Operand;
}

export interface CheckedMirror extends Obligation {
  /** Basis points. */
  readonly share: number;
  readonly key: Operand;
  readonly salt: string;
  readonly model: number;
}

// Promises

export interface CheckedAssert {
  readonly id: RuleId;
  readonly span: Span;
  readonly mood: Assert['mood'];
  readonly claim:
    | { readonly kind: 'reaches'; readonly condition: Condition }
    | { readonly kind: 'rejects' }
    | { readonly kind: 'takes'; readonly route: string }
    | { readonly kind: 'attempts'; readonly operator: Relation; readonly count: number };
  readonly when: Condition | null;
}

// Tests

export interface CheckedTest {
  readonly title: string;
  readonly span: Span;
  /** Facts by key, as they are held; what is not given has its default or a neutral value. */
  readonly given: ReadonlyMap<string, Value>;
  /** Where each given fact is named, `now` too. */
  readonly givenSpans: ReadonlyMap<string, Span>;
  /** The instant that `now` gives, as written. */
  readonly now: string | null;
  /** Models whose every attempt fails, and how. */
  readonly down: ReadonlyMap<string, FailureClass>;
  readonly expectations: readonly CheckedExpectation[];
}

export type CheckedExpectation = { readonly span: Span } & (
  | { readonly kind: 'plan'; readonly models: readonly string[] }
  | { readonly kind: 'route' | 'replaced'; readonly name: string }
  /** Null: no model answers. */
  | { readonly kind: 'served'; readonly model: string | null }
  | { readonly kind: 'removed'; readonly model: string; readonly rule: string }
  | { readonly kind: 'reject'; readonly status: number; readonly message: string | null }
  | { readonly kind: 'budget' | 'limit' | 'guard' | 'cache' | 'notify'; readonly name: string }
  /** The value in its JSON form. */
  | { readonly kind: 'tag' | 'set' | 'cap'; readonly name: string; readonly value: Value }
);

// Conditions

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly span: Span; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly span: Span; readonly operand: Condition }
  | Atom;

/** One question about one fact. */
export type Atom =
  /** The operand, of type bool, is true. */
  | { readonly kind: 'truth'; readonly span: Span; readonly operand: Operand }
  | {
      readonly kind: 'compare';
      readonly span: Span;
      readonly operand: Operand;
      readonly operator: Relation;
      readonly constant: Operand;
    }
  /** The operand is one of the values. */
  | { readonly kind: 'member'; readonly span: Span; readonly operand: Operand; readonly values: readonly Value[] }
  /** The set holds the element, which is a constant or a value of the catalogue. */
  | { readonly kind: 'has'; readonly span: Span; readonly set: Operand; readonly element: Operand }
  /** The text has a form: `like`, or `matches`, which the door answers. */
  | { readonly kind: 'text'; readonly span: Span; readonly operand: Operand; readonly pattern: TextPattern }
  /** Some part of the operand is not missing. */
  | { readonly kind: 'known'; readonly span: Span; readonly operand: Operand }
  /** The model under consideration is one of these. */
  | { readonly kind: 'model-in'; readonly span: Span; readonly models: readonly number[] }
  /** The model under consideration answers to `request.model`. */
  | { readonly kind: 'model-requested'; readonly span: Span }
  /** Some model answers to `request.model`. */
  | { readonly kind: 'requested-known'; readonly span: Span }
  /** The time of the week, in each zone, lies in one of its spans. */
  | { readonly kind: 'now-in'; readonly span: Span; readonly spans: readonly WeekSpan[] };

export interface LikePattern {
  readonly kind: 'like';
  readonly place: 'all' | 'start' | 'end' | 'anywhere';
  readonly text: string;
}

export type TextPattern =
  | LikePattern
  /** RE2 syntax; finds anywhere. */
  | { readonly kind: 'matches'; readonly regex: string };

/** Minutes since Monday 00:00 in a zone: from `start`, up to and without `end`. */
export interface WeekSpan {
  readonly zone: string;
  readonly start: number;
  readonly end: number;
}

/** `a ?? b ?? c`, or only `a`: the first part that is not missing counts. */
export interface Operand {
  readonly span: Span;
  readonly type: Type;
  readonly parts: readonly Part[];
}

export type Part =
  | { readonly kind: 'constant'; readonly value: Value }
  /** A fact of the request, the caller, or one model's state; `optional` ones can be missing. */
  | { readonly kind: 'fact'; readonly key: string; readonly type: Type; readonly optional: boolean }
  /** A value that the catalogue fixes for the model under consideration: the attribute's short name. */
  | { readonly kind: 'catalogue'; readonly attribute: string }
  /** A state fact of the model under consideration: `up`, `latency`, or `COUNTER.exhausted`. */
  | { readonly kind: 'state'; readonly attribute: string; readonly type: Type; readonly optional: boolean };
