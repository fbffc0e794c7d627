import fc, { type Arbitrary } from 'fast-check';

/** What a generated rule may name where it stands. */
export interface Names {
  readonly models: readonly string[];
  readonly providers: readonly string[];
  /** Counters of the request, and those that are charged by attempts. */
  readonly budgets: readonly string[];
  readonly limits: readonly string[];
  readonly perAttempt: readonly string[];
  readonly routes: readonly string[];
  readonly branches: readonly string[];
  /** Splits and mirrors, whose bucket may be given. */
  readonly buckets: readonly string[];
  /** `let`s that are conditions, and those that are sets of models. */
  readonly conditions: readonly string[];
  readonly sets: readonly string[];
  readonly schedules: readonly string[];
  /** `require caller.team is known` guards the rules of this file. */
  readonly teamIsKnown: boolean;
}

/**
 * A piece of a policy that becomes text once the names around it are known. So everything is drawn independently, without `chain`, and
 * shrinks to a small policy that still compiles.
 */
export type Draft = (names: Names) => string;
export type DraftArbitrary = Arbitrary<Draft>;

export const fixed = (...texts: readonly string[]): DraftArbitrary =>
  fc.constantFrom(...texts).map((text) => () => text);

/** Pieces in a row. */
export const joined = (...parts: readonly (string | DraftArbitrary)[]): DraftArbitrary =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fixed(part) : part)))
    .map((drafts) => (names) => drafts.map((draft) => draft(names)).join(' '));

export const maybe = (...parts: readonly (string | DraftArbitrary)[]): DraftArbitrary =>
  fc.option(joined(...parts), { nil: () => '' });

/** One of the names of a kind; where there is none, another text. */
export const named = (
  kind: Exclude<keyof Names, 'teamIsKnown'>,
  write: (name: string) => string = (name) => name,
  otherwise = 'request.stream',
): DraftArbitrary =>
  fc.nat(11).map((place) => (names) => {
    const name = names[kind][place % names[kind].length];
    return name === undefined ? otherwise : write(name);
  });
