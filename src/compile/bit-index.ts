import type { Term } from './terms.ts';

/**
 * A list of rules of which all that hold count: for each column and code, the lines (terms) that it leaves standing, as bits, 32
 * to a word. What holds is what every column leaves. Plain data.
 */
export interface BitIndex {
  /** The rule of each line; the lines of a rule stand together. */
  readonly rules: readonly number[];
  readonly columns: readonly BitColumn[];
}

export interface BitColumn {
  readonly column: number;
  /** Lines that the column does not constrain: standing whatever the code. */
  readonly free: readonly number[];
  /** The first code of each stretch that leaves the same lines. */
  readonly starts: readonly number[];
  /** Of each stretch: where its part of `words` and `masks` begins; one more than there are stretches. */
  readonly offsets: readonly number[];
  /** Which words of a stretch have lines that the column constrains and the code allows … */
  readonly words: readonly number[];
  /** … and those lines. */
  readonly masks: readonly number[];
}

const bits = 32;

/** Builds the index; undefined where it would hold more than `mostWords`. */
export function buildBitIndex(rules: readonly (readonly Term[])[], mostWords: number): BitIndex | undefined {
  const lines = rules.flatMap((terms, rule) => terms.map((term) => ({ term, rule })));
  const width = Math.ceil(lines.length / bits);
  const used = [...new Set(lines.flatMap(({ term }) => term.map(({ column }) => column)))].sort((a, b) => a - b);
  const columns: BitColumn[] = [];
  let words = 0;
  for (const column of used) {
    const built = buildColumn(
      column,
      lines.map(({ term }) => term),
      width,
      mostWords - words,
    );
    if (!built) return undefined;
    words += built.words.length + width;
    columns.push(built);
  }
  return { rules: lines.map(({ rule }) => rule), columns };
}

function buildColumn(column: number, terms: readonly Term[], width: number, mostWords: number): BitColumn | undefined {
  const free = new Array<number>(width).fill(0);
  const events: { at: number; line: number }[] = [];
  terms.forEach((term, line) => {
    const ranges = term.find((atom) => atom.column === column)?.ranges;
    if (!ranges) flip(free, line);
    for (const [start, end] of ranges ?? []) events.push({ at: start, line }, { at: end, line });
  });
  events.sort((a, b) => a.at - b.at);
  const standing = new Array<number>(width).fill(0);
  const [starts, offsets, words, masks]: [number[], number[], number[], number[]] = [[], [0], [], []];
  const close = (at: number) => {
    starts.push(at);
    standing.forEach((mask, word) => {
      if (mask !== 0) words.push(word);
      if (mask !== 0) masks.push(mask);
    });
    offsets.push(words.length);
  };
  if (events[0]?.at !== 0) close(0);
  for (let place = 0; place < events.length; ) {
    const at = events[place]?.at ?? 0;
    // A line opens where its range begins and closes where it ends: each flips its bit.
    for (; events[place]?.at === at; place++) flip(standing, events[place]?.line ?? 0);
    close(at);
    if (words.length > mostWords) return undefined;
  }
  return { column, free, starts, offsets, words, masks };
}

function flip(words: number[], line: number): void {
  words[line >> 5] = (words[line >> 5] ?? 0) ^ (1 << (line & 31));
}
