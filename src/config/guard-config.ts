import type { z } from 'zod';
import type { guardShapes } from './guard-shapes.ts';

export type GuardKind = keyof typeof guardShapes;

/** The fields of a guard of one kind, as the config states them. */
export type GuardFields<Kind extends GuardKind> = z.output<(typeof guardShapes)[Kind]>;

/** A declared guard. Plain data, so that a worker can be given it; secrets may be among its fields: never print them. */
export type GuardConfig = {
  readonly [Kind in GuardKind]: {
    readonly name: string;
    readonly kind: Kind;
    /** Of whoever receives content, for the decision's constraints. */
    readonly region: string | null;
    /** What happens to the text where the guard cannot tell. */
    readonly onError: 'block' | 'pass';
    /** Whether what was redacted on input stands in the answer again when the caller gets it. */
    readonly restore: boolean;
    readonly timeoutMs: number;
    readonly fields: GuardFields<Kind>;
  };
}[GuardKind];
