/** A text that an answer is known for, by where it lies in the space of meaning. */
export interface VectorEntry {
  /** Everything else that was asked: only entries of one frame are compared. */
  readonly frame: string;
  readonly vector: Float32Array;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
  readonly model: string;
  /** The fingerprint of what the model was sent, apart from the text. */
  readonly sent: string;
  /** The key of the answer. */
  readonly key: string;
  /** The ledger's id of its request. */
  readonly of: string;
}

export interface Near {
  readonly entry: VectorEntry;
  /** The cosine of the two vectors, in basis points, rounded down. */
  readonly similarity: number;
}

export interface VectorQuery {
  readonly scope: string;
  readonly frame: string;
  readonly vector: Float32Array;
  /** Basis points. */
  readonly above: number;
  readonly now: number;
  /** Asked only of what is near enough. */
  readonly accepts: (entry: VectorEntry) => boolean;
}

/** Of all scopes together; an entry counts as its vector and a little more. */
const mostBytes = 64_000_000;
const entryBytes = 1_000;
const sizeOf = ({ vector }: VectorEntry): number => vector.byteLength + entryBytes;

/** Finds exactly, among so many entries of one scope; the oldest makes room, and with too many scopes the one longest without a new entry. */
export class VectorIndex {
  readonly #mostOfScope: number;
  readonly #mostBytes: number;
  readonly #scopes = new Map<string, VectorEntry[]>();
  #bytes = 0;

  constructor(mostOfScope: number, most = mostBytes) {
    this.#mostOfScope = mostOfScope;
    this.#mostBytes = most;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(scope: string, entry: VectorEntry, now: number): void {
    const entries = (this.#scopes.get(scope) ?? []).filter(
      ({ key, frame, endsAt }) => endsAt > now && !(key === entry.key && frame === entry.frame),
    );
    this.#drop(scope);
    entries.push(entry);
    const kept = entries.slice(-Math.min(this.#mostOfScope, Math.floor(this.#mostBytes / sizeOf(entry))));
    this.#scopes.set(scope, kept);
    this.#bytes += kept.reduce((total, each) => total + sizeOf(each), 0);
    while (this.#bytes > this.#mostBytes) {
      const [oldest] = this.#scopes.keys();
      if (oldest === undefined) return;
      this.#drop(oldest);
    }
  }

  /** The nearest that is acceptable; undefined where none is near enough. */
  nearest({ scope, frame, vector, above, now, accepts }: VectorQuery): Near | undefined {
    let best: Near | undefined;
    for (const entry of this.#scopes.get(scope) ?? []) {
      if (entry.frame !== frame || entry.endsAt <= now || entry.vector.length !== vector.length) continue;
      const similarity = similarityOf(entry.vector, vector);
      if (similarity < above || similarity <= (best?.similarity ?? -1) || !accepts(entry)) continue;
      best = { entry, similarity };
    }
    return best;
  }

  #drop(scope: string): void {
    for (const entry of this.#scopes.get(scope) ?? []) this.#bytes -= sizeOf(entry);
    this.#scopes.delete(scope);
  }
}

/** The vector at length one, so that products are cosines; undefined for what points nowhere. */
export function unitVector(numbers: readonly number[]): Float32Array | undefined {
  const length = Math.sqrt(numbers.reduce((total, number) => total + number * number, 0));
  if (!Number.isFinite(length) || length === 0) return undefined;
  return Float32Array.from(numbers, (number) => number / length);
}

function similarityOf(one: Float32Array, other: Float32Array): number {
  let product = 0;
  for (let at = 0; at < one.length; at++) product += (one[at] ?? 0) * (other[at] ?? 0);
  // Rounding of 32-bit floats must not part what is the same.
  return Math.floor(product * 10_000 + 0.01);
}
