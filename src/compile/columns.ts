import type { LikePattern } from '../semantics/typed.ts';
import type { Type, Value } from '../semantics/types.ts';
import { matchesText } from '../semantics/value-operations.ts';
import type { Ir } from './ir.ts';

/** An atom of a condition. */
export type AtomIr = Exclude<Ir, { readonly op: 'and' | 'or' | 'not' | 'constant' }>;

/**
 * What the rules can tell apart about a fact, as a small integer: its *code*. Numbers have one for each stretch between the
 * constants that they are compared with, words one for each that is mentioned and one for all others; code 0 is the missing fact.
 * What a set holds, and the form of a text, are columns of their own. Plain data.
 */
export type Column =
  /** Code 1 + how many of the bounds are not above the value. */
  | { readonly kind: 'number'; readonly fact: number; readonly codes: number; readonly bounds: readonly number[] }
  /** Code 2 + the place among the words, or 1 for any other. */
  | { readonly kind: 'word'; readonly fact: number; readonly codes: number; readonly words: readonly string[] }
  /** Code 1 for false, 2 for true. */
  | { readonly kind: 'bool'; readonly fact: number; readonly codes: number }
  | { readonly kind: 'element'; readonly fact: number; readonly codes: number; readonly element: string }
  | { readonly kind: 'pattern'; readonly fact: number; readonly codes: number; readonly pattern: LikePattern };

/** Codes from `start`, up to and without `end`. */
export type Range = readonly [start: number, end: number];

/** An atom in terms of codes: it holds for those in the ranges, which are in order and apart. */
export interface CodedAtom {
  readonly column: number;
  readonly ranges: readonly Range[];
}

/** What columns must know of a fact. */
interface ColumnFact {
  readonly type: Type;
  /** What holds where it is not given; undefined where it may be missing. */
  readonly absent?: Value;
}

/** Numbers the columns that conditions need. All atoms are added before the first is coded. */
export class ColumnTable {
  readonly #facts: readonly ColumnFact[];
  readonly #bounds = new Map<number, Set<number>>();
  readonly #words = new Map<number, Set<string>>();
  readonly #others = new Map<string, Column>();
  #columns: readonly Column[] | undefined;
  readonly #places = new Map<string, number>();

  constructor(facts: readonly ColumnFact[]) {
    this.#facts = facts;
  }

  add(condition: Ir): void {
    switch (condition.op) {
      case 'constant':
        return;
      case 'and':
      case 'or':
        for (const operand of condition.of) this.add(operand);
        return;
      case 'not':
        this.add(condition.of);
        return;
      default:
        this.#addAtom(condition);
    }
  }

  #addAtom(atom: AtomIr): void {
    const { fact } = atom;
    const kind = this.#kindOf(atom);
    if (kind === 'number') {
      const bounds = this.#bounds.get(fact) ?? new Set();
      for (const bound of boundsOf(atom)) bounds.add(bound);
      this.#bounds.set(fact, bounds);
    } else if (kind === 'word') {
      const words = this.#words.get(fact) ?? new Set();
      for (const word of wordsOf(atom)) words.add(word);
      this.#words.set(fact, words);
    } else if (atom.op === 'has') {
      this.#others.set(placeOf(atom, kind), { kind: 'element', fact, codes: 3, element: atom.element });
    } else if (atom.op === 'like') {
      this.#others.set(placeOf(atom, kind), { kind: 'pattern', fact, codes: 3, pattern: atom.pattern });
    } else {
      this.#others.set(placeOf(atom, kind), { kind: 'bool', fact, codes: 3 });
    }
  }

  #kindOf(atom: AtomIr): Column['kind'] {
    if (atom.op === 'has') return 'element';
    if (atom.op === 'like') return 'pattern';
    const kind = this.#facts[atom.fact]?.type.kind;
    if (kind === 'bool') return 'bool';
    return kind === 'string' || kind === 'enum' || kind === 'set' ? 'word' : 'number';
  }

  /** The columns, in an order that does not depend on the order of the rules. */
  columns(): readonly Column[] {
    if (this.#columns) return this.#columns;
    const numbers = [...this.#bounds].map(([fact, set]): [string, Column] => {
      const bounds = [...set].sort((a, b) => a - b);
      return [`number ${fact}`, { kind: 'number', fact, codes: bounds.length + 2, bounds }];
    });
    const words = [...this.#words].map(([fact, set]): [string, Column] => {
      const sorted = [...set].sort();
      return [`word ${fact}`, { kind: 'word', fact, codes: sorted.length + 2, words: sorted }];
    });
    const all = [...numbers, ...words, ...this.#others].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [index, [place]] of all.entries()) this.#places.set(place, index);
    this.#columns = all.map(([, column]) => column);
    return this.#columns;
  }

  /** Whether some value has a code from `start` up to and without `end`. */
  occurs(place: number, start: number, end: number): boolean {
    const column = this.columns()[place];
    const fact = column && this.#facts[column.fact];
    if (!column || !fact) return false;
    for (let code = start; code < Math.min(end, column.codes); code++) if (occurs(column, fact, code)) return true;
    return false;
  }

  code(atom: AtomIr): CodedAtom {
    const columns = this.columns();
    const place = this.#places.get(placeOf(atom, this.#kindOf(atom))) ?? -1;
    const column = columns[place];
    if (!column) throw new Error('an atom was coded that was not added');
    return { column: place, ranges: rangesOf(atom, column) };
  }
}

/** Facts that have a value are never missing, an enum may be mentioned whole, and nothing is below zero. */
function occurs(column: Column, { type, absent }: ColumnFact, code: number): boolean {
  if (code === 0) return absent === undefined;
  if (code > 1) return true;
  if (column.kind === 'word' && type.kind === 'enum') return type.values.some((value) => !column.words.includes(value));
  return column.kind !== 'number' || column.bounds[0] !== 0;
}

function placeOf(atom: AtomIr, kind: Column['kind']): string {
  if (atom.op === 'has') return `element ${atom.fact} ${atom.element}`;
  if (atom.op === 'like') return `pattern ${atom.fact} ${atom.pattern.place} ${atom.pattern.text}`;
  return `${kind} ${atom.fact}`;
}

/** Values are integers, so every comparison asks whether the value lies below some bound. */
function boundsOf(atom: AtomIr): number[] {
  if (atom.op === 'week') return atom.spans.flat();
  if (atom.op === 'in') return atom.values.flatMap((value) => (typeof value === 'number' ? [value, value + 1] : []));
  if (atom.op !== 'compare' || typeof atom.value !== 'number') return [];
  const { relation, value } = atom;
  if (relation === '==' || relation === '!=') return [value, value + 1];
  return [relation === '<' || relation === '>=' ? value : value + 1];
}

function wordsOf(atom: AtomIr): string[] {
  if (atom.op === 'compare') return typeof atom.value === 'string' ? [atom.value] : [];
  return atom.op === 'in' ? atom.values.filter((value) => typeof value === 'string') : [];
}

/** The codes for which an atom holds: tried once for each code, with a value that has it. */
function rangesOf(atom: AtomIr, column: Column): Range[] {
  if (atom.op === 'known') return [[1, column.codes]];
  if (column.kind === 'number') return numberRanges(atom, column.bounds);
  if (column.kind === 'word') return wordRanges(atom, column);
  if (column.kind === 'bool' && atom.op === 'compare') {
    const wanted = (atom.value === true) === (atom.relation === '==') ? 2 : 1;
    return [[wanted, wanted + 1]];
  }
  return [[2, 3]];
}

function numberRanges(atom: AtomIr, bounds: readonly number[]): Range[] {
  const from = (value: number): number => 1 + countUpTo(bounds, value);
  const last = bounds.length + 2;
  if (atom.op === 'week') return mergeRanges(atom.spans.map(([start, end]) => [from(start), from(end)]));
  if (atom.op === 'in') {
    const values = atom.values.filter((value) => typeof value === 'number');
    return mergeRanges(values.map((value) => [from(value), from(value + 1)]));
  }
  if (atom.op !== 'compare' || typeof atom.value !== 'number') return [];
  const { relation, value } = atom;
  const ranges: Readonly<Record<typeof relation, Range[]>> = {
    '<': [[1, from(value)]],
    '<=': [[1, from(value + 1)]],
    '>': [[from(value + 1), last]],
    '>=': [[from(value), last]],
    '==': [[from(value), from(value + 1)]],
    '!=': [
      [1, from(value)],
      [from(value + 1), last],
    ],
  };
  return mergeRanges(ranges[relation]);
}

function wordRanges(atom: AtomIr, { words, codes }: Column & { kind: 'word' }): Range[] {
  const codeOf = (word: string): number => 2 + placeIn(words, word);
  const single = (word: string): Range => [codeOf(word), codeOf(word) + 1];
  const mentioned = wordsOf(atom).map(single);
  if (atom.op !== 'compare' || atom.relation !== '!=') return mergeRanges(mentioned);
  const [excluded = 1] = mentioned[0] ?? [];
  return mergeRanges([
    [1, excluded],
    [excluded + 1, codes],
  ]);
}

/** Ranges in order, apart and not empty. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (start >= end) continue;
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** The code of a value. */
export function codeOf(column: Column, value: Value | undefined): number {
  if (value === undefined) return 0;
  switch (column.kind) {
    case 'number':
      return 1 + countUpTo(column.bounds, value as number);
    case 'word': {
      const place = placeIn(column.words, value as string);
      return place === -1 ? 1 : 2 + place;
    }
    case 'bool':
      return value === true ? 2 : 1;
    case 'element':
      return (value as readonly string[]).includes(column.element) ? 2 : 1;
    default:
      return matchesText(value, column.pattern) ? 2 : 1;
  }
}

/** How many of the sorted numbers are not above a value. */
function countUpTo(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where a word stands among sorted words, or −1. */
function placeIn(sorted: readonly string[], word: string): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle] as string;
    if (found === word) return middle;
    if (found < word) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
