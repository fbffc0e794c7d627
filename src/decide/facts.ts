import type { Value } from '../semantics/types.ts';

/** A dotted attribute (`request.input_tokens`), or a state fact (`haiku.up`, `budget.team-month.used`). */
export type FactKey = string;

/**
 * What is known of a request, read once per decision. A key that is absent is missing; the program holds the defaults.
 */
export interface Facts extends Iterable<readonly [FactKey, Value]> {
  get(key: FactKey): Value | undefined;
  has(key: FactKey): boolean;
}
