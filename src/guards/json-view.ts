/**
 * A JSON text as a detector reads it: escapes in its strings undone, everything else as it stands. Works on broken JSON too,
 * as models write it: what is no string is read as it stands.
 */
export interface JsonView {
  readonly text: string;
  /** The part of the raw text that stands for a stretch of the view. */
  raw(start: number, end: number): { readonly start: number; readonly end: number };
  /** Strings (without their quotes) and numbers, by their place in the view, in order. */
  readonly values: readonly JsonValueSpan[];
}

export interface JsonValueSpan {
  readonly kind: 'string' | 'number';
  readonly start: number;
  readonly end: number;
}

/** A string, closed or not; or a number. */
const token = /"([^"\\]*(?:\\[\s\S][^"\\]*)*)(?:"|\\?$)|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/g;
const escapes = /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g;
const short: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Collects the view piece by piece. An anchor says from which unit of the view on raw text is copied unit by unit. */
class Builder {
  #parts: string[] = [];
  #length = 0;
  readonly #views: number[] = [];
  readonly #raws: number[] = [];

  get length(): number {
    return this.#length;
  }

  copy(part: string, rawStart: number): void {
    if (part === '') return;
    this.#views.push(this.#length);
    this.#raws.push(rawStart);
    this.#parts.push(part);
    this.#length += part.length;
  }

  text(): string {
    return this.#parts.join('');
  }

  /** Where the unit of the view begins in the raw text. */
  rawAt(view: number, rawLength: number): number {
    if (view >= this.#length) return rawLength;
    let [low, high] = [0, this.#views.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#views[middle] ?? 0) <= view) low = middle;
      else high = middle - 1;
    }
    return (this.#raws[low] ?? 0) + view - (this.#views[low] ?? 0);
  }
}

function copyString(builder: Builder, raw: string, from: number, to: number): void {
  const body = raw.slice(from, to);
  let read = 0;
  for (const match of body.matchAll(escapes)) {
    const [whole, code, character = ''] = match;
    builder.copy(body.slice(read, match.index), from + read);
    const unit =
      code === undefined ? (short.get(character) ?? character) : String.fromCharCode(Number.parseInt(code, 16));
    builder.copy(unit, from + match.index);
    read = match.index + whole.length;
  }
  builder.copy(body.slice(read), from + read);
}

export function viewJson(raw: string): JsonView {
  const builder = new Builder();
  const values: JsonValueSpan[] = [];
  let read = 0;
  for (const { index, 0: whole, 1: body } of raw.matchAll(token)) {
    const from = body === undefined ? index : index + 1;
    const to = from + (body ?? whole).length;
    builder.copy(raw.slice(read, from), read);
    const start = builder.length;
    if (body === undefined) builder.copy(whole, from);
    else copyString(builder, raw, from, to);
    values.push({ kind: body === undefined ? 'number' : 'string', start, end: builder.length });
    read = to;
  }
  builder.copy(raw.slice(read), read);
  const rawAt = (view: number) => builder.rawAt(view, raw.length);
  return { text: builder.text(), values, raw: (start, end) => ({ start: rawAt(start), end: rawAt(end) }) };
}
