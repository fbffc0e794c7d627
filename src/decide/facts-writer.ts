import type { FactSlot, PolicyProgram } from '../compile/program.ts';
import { writeValue } from '../semantics/read-value.ts';
import type { Decision } from './decision.ts';
import type { FactRow } from './evaluate.ts';

type Record = { [key: string]: unknown };

/** A fact that decisions show, and its place in the row. */
interface Shown {
  readonly place: number;
  readonly slot: FactSlot;
  /** 0 for one that is never missing, else a bit of its own. */
  readonly bit: number;
}

/** Facts that may be missing are told apart by the bits of one integer. */
const mostBits = 30;
/** Which of them are missing does not vary much; where it does, records are written field by field. */
const mostForms = 256;

/**
 * Writes the facts that a program reads, by key in sorted order. A record that begins as a copy of one with the same fields costs a
 * fraction of one to which they are added: of each form that records take, one with neutral values is kept.
 */
export class FactsWriter {
  readonly #currency: string;
  readonly #shown: readonly Shown[];
  /** The state of models: shown only where it is not as it should be. */
  readonly #states: readonly Shown[];
  readonly #hasForms: boolean;
  readonly #forms = new Map<number, Record>();

  constructor({ facts, currency }: PolicyProgram) {
    const visible = facts.flatMap((slot, place) => (slot.sensitive || slot.derived ? [] : [{ place, slot }]));
    const listed = visible.filter(({ slot }) => !slot.modelState);
    const optional = listed.filter(({ slot }) => slot.absent === undefined);
    this.#currency = currency;
    this.#shown = listed.map((shown) => ({ ...shown, bit: bitOf(optional.indexOf(shown)) }));
    this.#states = visible.filter(({ slot }) => slot.modelState).map((shown) => ({ ...shown, bit: 0 }));
    this.#hasForms = optional.length <= mostBits;
  }

  write(row: FactRow): Decision['facts'] {
    for (const { place, slot } of this.#states) if (row[place] !== slot.absent) return this.#writeAll(row);
    let missing = 0;
    for (const { place, bit } of this.#shown) if (bit !== 0 && row[place] === undefined) missing |= bit;
    const form = this.#hasForms ? this.#formOf(missing) : undefined;
    if (!form) return this.#writeAll(row);
    const record: Record = { ...form };
    for (const { place, slot } of this.#shown) {
      const value = row[place];
      if (value !== undefined && value !== slot.absent) record[slot.key] = this.#write(slot, value);
    }
    return record;
  }

  /** A record in which just these are missing. */
  #formOf(missing: number): Record | undefined {
    const known = this.#forms.get(missing);
    if (known || this.#forms.size >= mostForms) return known;
    const present = this.#shown.filter(({ bit }) => (missing & bit) === 0);
    const fields = present.map(({ slot }) => {
      return [slot.key, slot.absent === undefined ? null : this.#write(slot, slot.absent)] as const;
    });
    // Read from its text: so the engine lays out a record of many fields as it does one of few.
    const form: Record = JSON.parse(JSON.stringify(Object.fromEntries(fields)));
    this.#forms.set(missing, form);
    return form;
  }

  #writeAll(row: FactRow): Decision['facts'] {
    const entries = [...this.#shown, ...this.#states].flatMap(({ place, slot }) => {
      const value = row[place];
      const isNeutral = slot.modelState === true && value === slot.absent;
      return value === undefined || isNeutral ? [] : [[slot.key, this.#write(slot, value)] as const];
    });
    return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  #write({ type }: FactSlot, value: NonNullable<FactRow[number]>): unknown {
    return typeof value === 'number' ? writeValue(type, value, this.#currency) : value;
  }
}

const bitOf = (index: number): number => (index === -1 ? 0 : 1 << (index % mostBits));
