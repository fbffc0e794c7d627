import type { FailureClass } from '../protocol/failure.ts';

/** What a program answers to the facts of one request: plain data, the same on every surface that shows it. */
export interface Decision {
  readonly policy: { readonly name: string; readonly digest: string };
  readonly outcome: 'plan' | 'reject';
  /** The route or split taken, `otherwise`, or null when a constraint refused the request before the routes. */
  readonly route: string | null;
  /** The thresholds and limits whose plans or rejects took the place of the route's; absent where none did. */
  readonly replacedBy?: readonly Replacement[];
  /** The models to try, in order. Empty when the outcome is `reject`. */
  readonly attempts: readonly PlannedAttempt[];
  readonly retry: readonly Retry[];
  readonly fallback: Fallback;
  readonly reject: Reject | null;
  readonly splits: readonly SplitTaken[];
  /** One entry per denied model and rule, over the whole catalogue, in catalogue order. */
  readonly removed: readonly Removed[];
  readonly obligations: Obligations;
  readonly shadow: readonly { readonly rule: string; readonly would: string }[];
  /** The facts that the program read, in their JSON form, by key in sorted order. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Filled only where an explanation was asked for. */
  readonly trace: readonly TraceStep[];
}

export type Replacement = { readonly budget: string; readonly at: string } | { readonly limit: string };

export interface PlannedAttempt {
  readonly model: string;
  readonly provider: string;
  readonly upstream: string;
  /** Bounds one call; null means the provider's own default. */
  readonly timeoutMs: number | null;
  readonly firstTokenTimeoutMs: number | null;
  /** Tried only if the attempt before it failed in one of these classes. */
  readonly after: readonly FailureClass[] | null;
  readonly guards: readonly GuardObligation[];
  readonly caps: Caps;
  readonly set: Readonly<Record<string, string | number>>;
  readonly budgets: readonly CounterObligation[];
  readonly limits: readonly CounterObligation[];
}

export interface Retry {
  readonly on: readonly FailureClass[];
  readonly times: number;
  readonly backoffMs: readonly [number, number];
}

export interface Fallback {
  readonly on: readonly FailureClass[];
  readonly maxAttempts: number | null;
  /** The time, from the first attempt, in which a further call may start. */
  readonly withinMs: number | null;
}

export interface Reject {
  /** The HTTP status to answer, 400 to 599. */
  readonly status: number;
  /** A stable word: `denied`, `required`, `rejected`, `input-cap`, `no-model-left`, `budget-used-up`, `limit-exhausted`. */
  readonly code: string;
  readonly message: string;
  /** The rules that refused, in file order. */
  readonly rules: readonly string[];
}

export interface SplitTaken {
  readonly name: string;
  readonly branch: string;
  /** 0 to 9999. */
  readonly bucket: number;
}

export interface Removed {
  readonly model: string;
  readonly rule: string;
  readonly because: string | null;
}

export interface CounterObligation {
  readonly name: string;
  readonly each: Readonly<Record<string, string>>;
  readonly used?: string;
}

export interface GuardObligation {
  readonly name: string;
  readonly on: 'input' | 'output';
  readonly action: 'observe' | 'redact' | 'block';
  readonly stream: 'buffer' | 'observe' | { readonly windowBytes: number } | null;
}

export interface Caps {
  readonly output?: number;
  readonly cost?: string;
  readonly time?: string;
}

export interface Obligations {
  readonly budgets: readonly CounterObligation[];
  readonly limits: readonly CounterObligation[];
  readonly caps: Caps;
  readonly cache: {
    readonly mode: 'exact' | 'semantic';
    readonly ttl: string;
    /** Only for `semantic`. */
    readonly above?: string;
    readonly scope: Readonly<Record<string, string>>;
  } | null;
  readonly guards: readonly GuardObligation[];
  readonly set: Readonly<Record<string, string | number>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly mirrors: readonly { readonly model: string }[];
  readonly notify: readonly { readonly channel: string; readonly budget: string; readonly at: string }[];
}

/** One step of an explanation: which rule, what it asked, what it found. */
export interface TraceStep {
  readonly rule: string;
  /** `because` of a rule, or what the stage did with it: `removed opus`, `taken`, `passed over`. */
  readonly did: string;
  /** Where the rule stands: `policies/starter.llmpolicy:12:1`. */
  readonly at: string;
  /** The condition as written, its truth, and the values it read. */
  readonly condition: string | null;
  readonly holds: boolean;
  readonly read: Readonly<Record<string, unknown>>;
}
