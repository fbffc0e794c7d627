import type { Type, Value } from '../semantics/types.ts';
import { compareValues, matchesText, setHolds } from '../semantics/value-operations.ts';
import { always, both, type Ir } from './ir.ts';
import type { FactSlot } from './program.ts';

/** A condition whose normal form has more terms than this is not taken apart. */
const mostTerms = 64;

/** An atom, or its negation. */
interface Literal {
  readonly atom: Exclude<Ir, { readonly op: 'and' | 'or' | 'not' | 'constant' }>;
  readonly holds: boolean;
}

type Term = readonly Literal[];

/**
 * Whether two conditions are proved never to hold together. `false` means that no proof was found: facts vary independently, and
 * the atoms of one fact are tried against every value that they can tell apart.
 */
export function areExclusive(first: Ir, second: Ir, facts: readonly FactSlot[]): boolean {
  const terms = normalForm(both([first, second]), true);
  return terms?.every((term) => !isPossible(term, facts)) === true;
}

/** Whether a condition is proved to hold for no request. */
export function holdsNever(condition: Ir, facts: readonly FactSlot[]): boolean {
  return areExclusive(condition, always, facts);
}

/** The condition, or its negation, as an `or` of `and`s. Undefined where that grows too large. */
function normalForm(condition: Ir, holds: boolean): readonly Term[] | undefined {
  switch (condition.op) {
    case 'constant':
      return condition.value === holds ? [[]] : [];
    case 'not':
      return normalForm(condition.of, !holds);
    case 'and':
    case 'or': {
      const parts = condition.of.map((operand) => normalForm(operand, holds));
      return (condition.op === 'and') === holds ? product(parts) : sum(parts);
    }
    default:
      return [[{ atom: condition, holds }]];
  }
}

function sum(parts: readonly (readonly Term[] | undefined)[]): readonly Term[] | undefined {
  const terms: Term[] = [];
  for (const part of parts) {
    if (!part) return undefined;
    terms.push(...part);
  }
  return terms.length > mostTerms ? undefined : terms;
}

function product(parts: readonly (readonly Term[] | undefined)[]): readonly Term[] | undefined {
  let terms: readonly Term[] = [[]];
  for (const part of parts) {
    if (!part) return undefined;
    terms = terms.flatMap((term) => part.map((other) => [...term, ...other]));
    if (terms.length > mostTerms) return undefined;
  }
  return terms;
}

/** Whether every fact of a term has some value that all its literals allow. */
function isPossible(term: Term, facts: readonly FactSlot[]): boolean {
  const byFact = Map.groupBy(term, ({ atom }) => atom.fact);
  return [...byFact].every(([fact, literals]) => {
    const slot = facts[fact];
    const mayBeMissing = slot?.absent === undefined;
    return candidates(slot?.type ?? { kind: 'bool' }, literals).some(
      (value) => (value !== undefined || mayBeMissing) && literals.every((literal) => allows(literal, value)),
    );
  });
}

/** Values among which one lies for each way in which the literals can come out. `undefined` is the missing fact. */
function candidates(type: Type, literals: readonly Literal[]): (Value | undefined)[] {
  if (type.kind === 'bool') return [true, false, undefined];
  if (type.kind === 'enum') return [...type.values, undefined];
  if (type.kind === 'set') return setCandidates(literals);
  const mentioned = literals.flatMap(({ atom }) => mentionedValues(atom));
  if (type.kind === 'string') return [...mentioned, ...textCandidates(literals), undefined];
  const numbers = mentioned.filter((value): value is number => typeof value === 'number');
  return [...numbers.flatMap((value) => [value - 1, value, value + 1]).filter((value) => value >= 0), 0, undefined];
}

function mentionedValues(atom: Literal['atom']): Value[] {
  if (atom.op === 'compare') return [atom.value];
  if (atom.op === 'in') return [...atom.values];
  return atom.op === 'week' ? atom.spans.flat() : [];
}

/**
 * Texts that no literal mentions, and the text that has all the forms that must hold and nothing else: parts that no pattern spans
 * between them, so that it has no form that it need not have. Of several beginnings the longest has them all, if any has.
 */
function textCandidates(literals: readonly Literal[]): string[] {
  const wanted = literals.flatMap(({ atom, holds }) => (atom.op === 'like' && holds ? [atom.pattern] : []));
  const of = (place: string) => wanted.filter((pattern) => pattern.place === place).map(({ text }) => text);
  const longest = (place: string) => of(place).reduce((best, text) => (text.length > best.length ? text : best), '');
  return ['\0', ...of('all'), [longest('start'), ...of('anywhere'), longest('end')].join('\0')];
}

/** Elements of a set are independent: the one set that holds what must be in it, and nothing else. */
function setCandidates(literals: readonly Literal[]): (Value | undefined)[] {
  const wanted = literals.flatMap(({ atom, holds }) => (atom.op === 'has' && holds ? [atom.element] : []));
  return [wanted, undefined];
}

function allows({ atom, holds }: Literal, value: Value | undefined): boolean {
  return answers(atom, value) === holds;
}

function answers(atom: Literal['atom'], value: Value | undefined): boolean {
  if (value === undefined) return false;
  switch (atom.op) {
    case 'known':
      return true;
    case 'compare':
      return compareValues(value, atom.relation, atom.value);
    case 'in':
      return atom.values.includes(value);
    case 'has':
      return setHolds(value, atom.element);
    case 'like':
      return matchesText(value, atom.pattern);
    default:
      return typeof value === 'number' && atom.spans.some(([start, end]) => value >= start && value < end);
  }
}
