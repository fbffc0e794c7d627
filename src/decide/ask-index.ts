import { type Column, codeOf } from '../compile/columns.ts';
import { type Diagram, lookUp } from '../compile/diagram.ts';
import { type Ir, never } from '../compile/ir.ts';
import type { RuleIndex } from '../compile/rule-index.ts';
import { eachStanding, type LoadedBits, loadBits } from './ask-bits.ts';
import { type ConditionFunction, functionOf } from './condition-functions.ts';
import type { FactRow } from './evaluate.ts';

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

/**
 * The codes of one request's facts, each worked out when it is first asked for: what it is by then is what counts. Used anew by each
 * decision, as none is interrupted by another.
 */
export class Codes {
  readonly #loaded: LoadedColumns;
  readonly #known: Int32Array;
  #row: FactRow = [];

  constructor(loaded: LoadedColumns) {
    this.#loaded = loaded;
    this.#known = new Int32Array(loaded.columns.length);
  }

  begin(row: FactRow): void {
    this.#row = row;
    this.#known.fill(0);
  }

  at(place: number): number {
    // Kept one higher, so that 0 stands for what was not asked yet.
    const known = this.#known[place] as number;
    if (known > 0) return known - 1;
    const column = this.#loaded.columns[place] as Column;
    const value = this.#row[column.fact];
    const words = this.#loaded.words[place];
    const code = words === undefined || value === undefined ? codeOf(column, value) : (words.get(value as string) ?? 1);
    this.#known[place] = code + 1;
    return code;
  }
}

/** An index with its conditions, ready to be asked. */
export interface LoadedIndex {
  readonly form: RuleIndex['form'];
  /** How many conditions there are. */
  readonly size: number;
  readonly diagram: Diagram<Int32Array> | undefined;
  readonly bits: LoadedBits | undefined;
  /** Conditions that are evaluated one by one: those that bit-vectors do not hold, and in a scan all of them. */
  readonly direct: readonly Direct[];
  /** The first few, of bit-vectors: where one of them holds, they have told so before bit-vectors have begun. */
  readonly head: readonly ConditionFunction[];
}

const headLength = 64;

interface Direct {
  readonly rule: number;
  readonly holds: ConditionFunction;
}

export function loadIndex(index: RuleIndex, conditions: readonly Ir[]): LoadedIndex {
  const bits = index.form === 'bits' ? loadBits(index.index) : undefined;
  const diagram = index.form === 'diagram' ? loadDiagram(index.diagram) : undefined;
  const apart = index.form === 'bits' ? index.direct : index.form === 'scan' ? [...conditions.keys()] : [];
  const direct = apart.map((rule): Direct => ({ rule, holds: functionOf(conditions[rule] ?? never) }));
  const head = bits ? conditions.slice(0, headLength).map(functionOf) : [];
  return { form: index.form, size: conditions.length, diagram, bits, direct, head };
}

function loadDiagram({ root, columns, offsets, starts, children }: Diagram): Diagram<Int32Array> {
  const flat = (integers: readonly number[]) => Int32Array.from(integers);
  return { root, columns: flat(columns), offsets: flat(offsets), starts: flat(starts), children: flat(children) };
}

/** The first rule that holds, or −1. */
export function firstHolding({ size, diagram, bits, direct, head }: LoadedIndex, codes: Codes, row: FactRow): number {
  if (diagram) {
    const rule = lookUp(diagram, codes);
    return rule === size ? -1 : rule;
  }
  for (let rule = 0; rule < head.length; rule++) if ((head[rule] as ConditionFunction)(row)) return rule;
  let first = size;
  if (bits) {
    eachStanding(bits, codes, (rule) => {
      first = rule;
      return false;
    });
  }
  for (const { rule, holds } of direct) {
    if (rule >= first) break;
    if (holds(row)) first = rule;
  }
  return first === size ? -1 : first;
}

/** All rules that hold, in order. */
export function allHolding({ form, bits, direct }: LoadedIndex, codes: Codes, row: FactRow): number[] {
  if (form === 'diagram') throw new Error('a diagram tells the first rule that holds, not all of them');
  const holding: number[] = [];
  if (bits) {
    eachStanding(bits, codes, (rule) => {
      // The lines of a rule stand together.
      if (holding.at(-1) !== rule) holding.push(rule);
      return true;
    });
  }
  if (direct.length === 0) return holding;
  for (const { rule, holds } of direct) if (holds(row)) holding.push(rule);
  return bits ? holding.sort((a, b) => a - b) : holding;
}
