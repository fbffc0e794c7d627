import type { Source } from '../diagnostics/source.ts';
import type { Span } from '../diagnostics/span.ts';

/** Every node says what it is and where it stands. Nodes are never changed after they are made. */
interface Node<Kind extends string> {
  readonly kind: Kind;
  readonly span: Span;
}

/** A name as it is meant: back-quotes taken off. */
export interface Name {
  readonly text: string;
  readonly span: Span;
}

export interface PolicyFile {
  readonly source: Source;
  readonly edition: { readonly value: number; readonly span: Span } | undefined;
  readonly name: Name | undefined;
  /** Paths of the parents, relative to this file, as written. */
  readonly parents: readonly Name[];
  readonly items: readonly Item[];
  /** Everything in the text was understood. If not, something that seems to be missing may only be unread. */
  readonly complete: boolean;
  /** Rules that were not understood, and reported: no later phase has anything to say of them. */
  readonly unclear: readonly Span[];
  readonly span: Span;
}

export type Item =
  | Let
  | Schedule
  | Deny
  | Require
  | Routes
  | Retry
  | Fallback
  | Budget
  | Limit
  | Cap
  | Cache
  | Guard
  | SetParameter
  | Tag
  | Mirror
  | Assert
  | Test;

/** `@id(residency)`. */
export interface Note extends Node<'note'> {
  readonly name: Name;
  readonly values: readonly Expression[];
}

interface Noted {
  readonly notes: readonly Note[];
}

/** Where clauses stand whose values are no nodes of their own. */
interface Clauses<Clause extends string> {
  readonly clauseSpans: Readonly<Record<Clause, Span | undefined>>;
}

// Declarations

export interface Let extends Node<'let'>, Noted {
  readonly name: Name;
  readonly value: Expression;
}

export interface Schedule extends Node<'schedule'>, Noted {
  readonly name: Name;
  readonly hours: readonly Hours[];
}

export interface Hours extends Node<'hours'> {
  readonly days: readonly { readonly first: Name; readonly last: Name | undefined }[];
  /** Minutes of the day, 0 to 1440. */
  readonly from: number;
  readonly to: number;
  readonly zone: Name;
}

// Constraints

export interface Deny extends Node<'deny'>, Noted {
  readonly target: 'model' | 'request';
  readonly when: Expression;
  readonly because: string | undefined;
}

export interface Require extends Node<'require'>, Noted {
  readonly condition: Expression;
  readonly when: Expression | undefined;
  readonly reject: Reject;
}

// Routes

export interface Routes extends Node<'routes'>, Noted {
  readonly choices: readonly (Route | Split)[];
  readonly otherwise: Destination;
}

export interface Route extends Node<'route'>, Noted {
  readonly name: Name;
  readonly when: Expression;
  readonly destination: Destination;
}

export interface Split extends Node<'split'>, Noted {
  readonly name: Name;
  readonly on: Expression;
  readonly salt: string | undefined;
  readonly when: Expression | undefined;
  readonly branches: readonly Branch[];
  readonly otherwise: Branch;
}

export interface Branch extends Node<'branch'> {
  /** Basis points; undefined for `otherwise`, which gets the rest. */
  readonly share: number | undefined;
  readonly as: Name | undefined;
  readonly destination: Destination;
}

/** A plan with the `retry` and `fallback` that take the place of the general ones for it. */
export interface Destination extends Node<'destination'> {
  readonly plan: Plan;
  readonly retries: readonly Retry[];
  readonly fallback: Fallback | undefined;
}

export type Plan = Use | Reject;

export interface Use extends Node<'use'> {
  readonly picks: readonly Pick[];
}

export interface Reject extends Node<'reject'> {
  readonly status: number;
  readonly message: string | undefined;
}

export interface Pick extends Node<'pick'>, Clauses<'after' | 'timeout' | 'firstToken'> {
  readonly order: 'written' | 'cheapest' | 'fastest' | Spread;
  /** A model, a set of models, a `let` of either, or `requested`. */
  readonly target: Expression;
  readonly after: readonly Name[] | undefined;
  readonly timeoutMs: number | undefined;
  readonly firstTokenMs: number | undefined;
}

export interface Spread extends Node<'spread'> {
  readonly on: Expression;
  readonly salt: string | undefined;
}

export interface Retry extends Node<'retry'>, Noted, Clauses<'backoff'> {
  readonly times: number;
  readonly on: readonly Name[];
  readonly backoffMs: readonly [number, number] | undefined;
}

export interface Fallback extends Node<'fallback'>, Noted, Clauses<'max' | 'within'> {
  readonly on: readonly Name[];
  readonly maxAttempts: number | undefined;
  readonly withinMs: number | undefined;
}

// Obligations

/** A calendar window, or milliseconds of a bucket that is refilled evenly. */
export type Window = 'second' | 'min' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'ever' | number;

export interface Budget extends Node<'budget'>, Noted {
  readonly name: Name;
  readonly amount: Expression;
  readonly window: Window;
  readonly each: readonly Path[];
  readonly when: Expression | undefined;
  readonly thresholds: readonly Threshold[];
}

export interface Threshold extends Node<'threshold'> {
  /** Basis points. */
  readonly at: number;
  readonly effect: Plan | { readonly kind: 'notify'; readonly channel: Name };
}

export interface Limit extends Node<'limit'>, Noted {
  readonly name: Name;
  readonly amount: Expression;
  /** `concurrent` counts what is under way. */
  readonly window: Window | 'concurrent';
  readonly burst: Expression | undefined;
  readonly each: readonly Path[];
  readonly when: Expression | undefined;
  readonly otherwise: Plan | undefined;
}

export interface Cap extends Node<'cap'>, Noted {
  readonly subject: 'input' | 'output' | 'cost' | 'time';
  readonly amount: Literal;
  readonly when: Expression | undefined;
}

export interface Cache extends Node<'cache'>, Noted, Clauses<'mode' | 'ttl' | 'scope'> {
  readonly mode: 'off' | 'exact' | 'semantic';
  /** Basis points of similarity, for `semantic`. */
  readonly above: number | undefined;
  readonly ttlMs: number | undefined;
  readonly scope: 'everyone' | readonly Path[] | undefined;
  readonly when: Expression | undefined;
}

export interface Guard extends Node<'guard'>, Noted, Clauses<'stream'> {
  readonly name: Name;
  readonly point: 'input' | 'output' | 'both';
  readonly action: 'block' | 'redact' | 'observe';
  readonly stream: 'buffer' | 'observe' | { readonly windowBytes: number } | undefined;
  readonly when: Expression | undefined;
}

export interface SetParameter extends Node<'set'>, Noted {
  readonly name: Name;
  readonly value: Expression | 'off';
  readonly when: Expression | undefined;
}

export interface Tag extends Node<'tag'>, Noted {
  readonly name: Name;
  readonly value: Expression;
  readonly when: Expression | undefined;
}

export interface Mirror extends Node<'mirror'>, Noted, Clauses<'share'> {
  /** Basis points. */
  readonly share: number;
  readonly on: Expression;
  readonly salt: string | undefined;
  readonly to: Expression;
  readonly when: Expression | undefined;
}

// Promises and tests

export interface Assert extends Node<'assert'>, Noted {
  readonly mood: 'never' | 'always';
  readonly claim:
    | { readonly kind: 'reaches'; readonly condition: Expression }
    | { readonly kind: 'rejects' }
    | { readonly kind: 'takes'; readonly route: Name }
    | { readonly kind: 'attempts'; readonly operator: Relation; readonly count: number };
  readonly when: Expression | undefined;
}

export interface Test extends Node<'test'>, Noted {
  readonly title: string;
  readonly given: readonly { readonly key: Path; readonly value: Expression; readonly span: Span }[];
  readonly down: readonly { readonly model: Expression; readonly failure: Name | undefined }[];
  readonly expectations: readonly Expectation[];
}

export interface Expectation {
  readonly span: Span;
  readonly expect:
    | { readonly kind: 'plan'; readonly models: readonly Expression[] }
    | { readonly kind: 'route'; readonly name: Name }
    | { readonly kind: 'served'; readonly model: Expression | 'nothing' }
    | { readonly kind: 'removed'; readonly model: Expression; readonly rule: Name }
    | { readonly kind: 'reject'; readonly reject: Reject }
    | { readonly kind: 'budget' | 'limit' | 'guard' | 'cache' | 'notify'; readonly name: Name }
    | { readonly kind: 'tag' | 'set' | 'cap'; readonly name: Name; readonly value: Expression }
    | { readonly kind: 'replaced'; readonly name: Name };
}

// Expressions

export type Expression =
  | Or
  | And
  | Not
  | Compare
  | In
  | Like
  | Matches
  | Known
  | Coalesce
  | ModelsWhere
  | SetLiteral
  | Literal
  | ModelReference
  | Path
  | Invalid;

export interface Or extends Node<'or'> {
  readonly operands: readonly Expression[];
}

export interface And extends Node<'and'> {
  readonly operands: readonly Expression[];
}

export interface Not extends Node<'not'> {
  readonly operand: Expression;
}

export type Relation = '==' | '!=' | '<' | '<=' | '>' | '>=';

export interface Compare extends Node<'compare'> {
  readonly operator: Relation;
  readonly left: Expression;
  readonly right: Expression;
}

export interface In extends Node<'in'> {
  readonly negated: boolean;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Like extends Node<'like'> {
  readonly operand: Expression;
  readonly pattern: string;
  readonly patternSpan: Span;
}

export interface Matches extends Node<'matches'> {
  readonly operand: Expression;
  /** Without its slashes. */
  readonly pattern: string;
  readonly patternSpan: Span;
}

export interface Known extends Node<'known'> {
  readonly negated: boolean;
  readonly operand: Expression;
}

/** `a ?? b ?? c`: two operands or more. */
export interface Coalesce extends Node<'coalesce'> {
  readonly operands: readonly Expression[];
}

export interface ModelsWhere extends Node<'models-where'> {
  readonly condition: Expression;
}

export interface SetLiteral extends Node<'set-literal'> {
  readonly elements: readonly Expression[];
}

export type Unit = 'tok' | 'req' | 'input tok' | 'output tok';

/** A constant. Numbers are held exactly: nano-units, milliseconds, basis points, ten-thousandths. */
export type Literal = Node<'literal'> &
  (
    | { readonly type: 'bool'; readonly value: boolean }
    | { readonly type: 'string'; readonly value: string }
    | { readonly type: 'money'; readonly value: number; readonly currency: string }
    | { readonly type: 'percent' | 'duration' | 'decimal'; readonly value: number }
    | { readonly type: 'integer'; readonly value: number; readonly unit: Unit | undefined }
  );

/** `provider/upstream`. */
export interface ModelReference extends Node<'model'> {
  readonly text: string;
}

/** A name, or names joined by dots. */
export interface Path extends Node<'path'> {
  readonly segments: readonly Name[];
}

/** Where something could not be read: said already, so that no later phase says anything of it. */
export interface Invalid extends Node<'invalid'> {}
