import type { Span } from '../diagnostics/span.ts';
import type { FailureClass } from '../protocol/failure.ts';
import type { Relation } from '../syntax/ast.ts';
import type { Environment } from './environment.ts';
import type { Type, Value } from './types.ts';

/**
 * A policy whose every name is resolved and every type checked: what the interpreter walks and the compiler lowers.
 * Models are their index in the catalogue.
 */
export interface CheckedPolicy {
  readonly name: string;
  readonly edition: number;
  readonly environment: Environment;
  /** In file order. */
  readonly constraints: readonly Constraint[];
  readonly routes: readonly CheckedRoute[];
  readonly otherwise: CheckedDestination;
  readonly retries: readonly CheckedRetry[];
  /** What holds where a plan says nothing of its own. */
  readonly fallback: CheckedFallback;
}

/** A rule's name in decisions and messages: its `@id`, its own name, or its kind and number. */
export type RuleId = string;

export interface DenyModel {
  readonly kind: 'deny-model';
  readonly id: RuleId;
  readonly span: Span;
  readonly when: Condition;
  readonly because: string | null;
}

/** `deny request`, and `require … else reject` turned round: the request is refused when the condition holds. */
export interface Refuse {
  readonly kind: 'refuse';
  readonly id: RuleId;
  readonly span: Span;
  readonly when: Condition;
  readonly code: 'denied' | 'required';
  readonly status: number;
  readonly message: string;
}

export type Constraint = DenyModel | Refuse;

export interface CheckedRoute {
  readonly id: RuleId;
  readonly span: Span;
  readonly when: Condition;
  readonly destination: CheckedDestination;
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
  readonly after: readonly FailureClass[] | null;
  readonly timeoutMs: number | null;
  readonly firstTokenMs: number | null;
}

export interface CheckedRetry {
  readonly on: readonly FailureClass[];
  readonly times: number;
  readonly backoffMs: readonly [number, number];
}

export interface CheckedFallback {
  readonly on: readonly FailureClass[];
  readonly maxAttempts: number | null;
  readonly withinMs: number | null;
}

// Conditions

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly span: Span; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly span: Span; readonly operand: Condition }
  | { readonly kind: 'constant'; readonly span: Span; readonly value: boolean }
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
  | { readonly kind: 'like'; readonly span: Span; readonly operand: Operand; readonly pattern: LikePattern }
  /** Some part of the operand is not missing. */
  | { readonly kind: 'known'; readonly span: Span; readonly operand: Operand }
  /** The model under consideration is one of these. */
  | { readonly kind: 'model-in'; readonly span: Span; readonly models: readonly number[] }
  /** The model under consideration answers to `request.model`. */
  | { readonly kind: 'model-requested'; readonly span: Span }
  /** Some model answers to `request.model`. */
  | { readonly kind: 'requested-known'; readonly span: Span };

export interface LikePattern {
  readonly place: 'all' | 'start' | 'end' | 'anywhere';
  readonly text: string;
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
  /** A state fact of the model under consideration: `up` or `latency`. */
  | { readonly kind: 'state'; readonly attribute: string; readonly type: Type; readonly optional: boolean };
