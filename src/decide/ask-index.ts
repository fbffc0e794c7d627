import type { BitIndex } from '../compile/bit-index.ts';
import { type Column, codeOf } from '../compile/columns.ts';
import { type Diagram, lookUp } from '../compile/diagram.ts';
import type { Ir } from '../compile/ir.ts';
import type { RuleIndex } from '../compile/rule-index.ts';
import { evaluate, type FactRow } from './evaluate.ts';

/** Columns made ready for look-ups: words by a map in place of a search. */
export interface LoadedColumns {
  readonly columns: readonly Column[];
  readonly words: readonly (ReadonlyMap<string, number> | undefined)[];
}

export function loadColumns(columns: readonly Column[]): LoadedColumns {
  const words = columns.map((column) =>
    column.kind === 'word' ? new Map(column.words.map((word, place) => [word, place + 2])) : undefined,
  );
  return { columns, words };
}

/** The codes of one request's facts, each worked out when it is first asked for. */
export class Codes {
  readonly #loaded: LoadedColumns;
  readonly #row: FactRow;
  readonly #known: Int32Array;

  constructor(loaded: LoadedColumns, row: FactRow) {
    this.#loaded = loaded;
    this.#row = row;
    this.#known = new Int32Array(loaded.columns.length).fill(-1);
  }

  readonly at = (place: number): number => {
    const known = this.#known[place] as number;
    if (known >= 0) return known;
    const column = this.#loaded.columns[place] as Column;
    const value = this.#row[column.fact];
    const words = this.#loaded.words[place];
    const code = words === undefined || value === undefined ? codeOf(column, value) : (words.get(value as string) ?? 1);
    this.#known[place] = code;
    return code;
  };
}

/** A bit-vector index made ready: in typed arrays, with room to work in. */
interface LoadedBits {
  /** All lines. */
  readonly all: Int32Array;
  readonly columns: readonly LoadedBitColumn[];
  /** What stands so far; used anew by every question. */
  readonly standing: Int32Array;
  readonly left: Int32Array;
}

interface LoadedBitColumn {
  readonly column: number;
  readonly free: Int32Array;
  readonly starts: Int32Array;
  readonly offsets: Int32Array;
  readonly words: Int32Array;
  readonly masks: Int32Array;
}

function loadBits({ rules, columns }: BitIndex): LoadedBits {
  const width = Math.ceil(rules.length / 32);
  const all = new Int32Array(width).fill(-1);
  if (rules.length % 32 !== 0) all[width - 1] = (1 << (rules.length % 32)) - 1;
  const loaded = columns.map((column) => ({
    column: column.column,
    free: Int32Array.from(column.free),
    starts: Int32Array.from(column.starts),
    offsets: Int32Array.from(column.offsets),
    words: Int32Array.from(column.words),
    masks: Int32Array.from(column.masks),
  }));
  return { all, columns: loaded, standing: new Int32Array(width), left: new Int32Array(width) };
}

/** An index with its conditions, ready to be asked. */
export interface LoadedIndex {
  readonly index: RuleIndex;
  readonly conditions: readonly Ir[];
  readonly bits: LoadedBits | undefined;
}

export function loadIndex(index: RuleIndex, conditions: readonly Ir[]): LoadedIndex {
  return { index, conditions, bits: index.form === 'bits' ? loadBits(index.index) : undefined };
}

/** The first rule that holds, or −1. */
export function firstHolding({ index, conditions, bits }: LoadedIndex, codes: Codes, row: FactRow): number {
  if (index.form === 'diagram') return fromDiagram(index.diagram, codes, conditions.length);
  if (index.form === 'scan' || !bits) return conditions.findIndex((condition) => evaluate(condition, row));
  let first = conditions.length;
  eachStanding(bits, codes, (line) => {
    first = index.index.rules[line] ?? first;
    return false;
  });
  for (const rule of index.direct) {
    if (rule < first && evaluate(conditions[rule] as Ir, row)) first = rule;
  }
  return first === conditions.length ? -1 : first;
}

function fromDiagram(diagram: Diagram, codes: Codes, rules: number): number {
  const rule = lookUp(diagram, codes.at);
  return rule === rules ? -1 : rule;
}

/** All rules that hold, in order. */
export function allHolding({ index, conditions, bits }: LoadedIndex, codes: Codes, row: FactRow): number[] {
  if (index.form !== 'bits' || !bits) {
    return conditions.flatMap((condition, rule) => (evaluate(condition, row) ? [rule] : []));
  }
  const holding: number[] = [];
  eachStanding(bits, codes, (line) => {
    const rule = index.index.rules[line] as number;
    // The lines of a rule stand together.
    if (holding.at(-1) !== rule) holding.push(rule);
    return true;
  });
  if (index.direct.length === 0) return holding;
  const direct = index.direct.filter((rule) => evaluate(conditions[rule] as Ir, row));
  return [...holding, ...direct].sort((a, b) => a - b);
}

/** Calls back for each line that every column leaves standing, in order, until it is told to stop. */
function eachStanding(
  { all, columns, standing, left }: LoadedBits,
  codes: Codes,
  visit: (line: number) => boolean,
): void {
  standing.set(all);
  for (const column of columns) {
    left.set(column.free);
    const stretch = stretchOf(column.starts, codes.at(column.column));
    const end = column.offsets[stretch + 1] as number;
    for (let place = column.offsets[stretch] as number; place < end; place++) {
      const word = column.words[place] as number;
      left[word] = (left[word] as number) | (column.masks[place] as number);
    }
    for (let word = 0; word < standing.length; word++)
      standing[word] = (standing[word] as number) & (left[word] as number);
  }
  for (let word = 0; word < standing.length; word++) {
    for (let mask = standing[word] as number; mask !== 0; mask &= mask - 1) {
      if (!visit(word * 32 + 31 - Math.clz32(mask & -mask))) return;
    }
  }
}

function stretchOf(starts: Int32Array, code: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= code) low = middle;
    else high = middle - 1;
  }
  return low;
}
