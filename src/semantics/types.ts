/** The type of an attribute, a literal or an expression. */
export type Type =
  | {
      readonly kind:
        | 'bool'
        | 'string'
        | 'tokens'
        | 'requests'
        | 'count'
        | 'money'
        | 'duration'
        | 'percent'
        | 'decimal'
        | 'time';
    }
  /** A closed set of words. `name` is the attribute that declares it, or one of the built-in sets. */
  | { readonly kind: 'enum'; readonly name: string; readonly values: readonly string[] }
  /** A set of strings (`values` absent) or of the words listed. */
  | { readonly kind: 'set'; readonly values?: readonly string[] };

export type TypeKind = Type['kind'];

/**
 * A value as it is held at run time: booleans; strings for strings and enums; integers for everything that is counted
 * (tokens, requests, counts; nano-units of money; milliseconds; basis points; ten-thousandths for decimals; minutes since
 * Monday 00:00 for times of the week); sorted arrays without repetition for sets.
 */
export type Value = boolean | number | string | readonly string[];

/** The largest integer that a literal or a fact may hold. */
export const maxInteger = Number.MAX_SAFE_INTEGER;

/** Counts are clamped to this at the door. */
export const maxCount = 2 ** 31 - 1;
