import type { FactKey, Facts } from '../decide/facts.ts';
import type { Value } from '../semantics/types.ts';

/** Where facts that are known beforehand have their places. */
export type FactPlaces = ReadonlyMap<FactKey, number>;

/** The facts of one request, as they are put together. Each has its place: a map that grows with them takes several times as long. */
export class CollectedFacts implements Facts {
  readonly #places: FactPlaces;
  readonly #values: (Value | undefined)[];
  /** Facts without a place, as those of models are. */
  #others: Map<FactKey, Value> | undefined;

  constructor(places: FactPlaces) {
    this.#places = places;
    this.#values = new Array(places.size);
  }

  get(key: FactKey): Value | undefined {
    const place = this.#places.get(key);
    return place === undefined ? this.#others?.get(key) : this.#values[place];
  }

  has(key: FactKey): boolean {
    return this.get(key) !== undefined;
  }

  set(key: FactKey, value: Value): void {
    const place = this.#places.get(key);
    if (place !== undefined) this.#values[place] = value;
    else this.#others = (this.#others ?? new Map()).set(key, value);
  }

  *[Symbol.iterator](): Iterator<[FactKey, Value]> {
    for (const [key, place] of this.#places) {
      const value = this.#values[place];
      if (value !== undefined) yield [key, value];
    }
    yield* this.#others ?? [];
  }
}
