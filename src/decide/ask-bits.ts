import type { BitIndex } from '../compile/bit-index.ts';

/** A bit-vector index made ready: in typed arrays. A line is a bit, 32 of them a word. */
export interface LoadedBits {
  /** The rule of each line. */
  readonly rules: Int32Array;
  /** All lines, where there is no column. */
  readonly all: Int32Array;
  readonly columns: readonly LoadedBitColumn[];
  /** Of each column: the stretch that the question asks for; used anew by every question. */
  readonly stretches: Int32Array;
}

interface LoadedBitColumn {
  readonly column: number;
  /** Lines that the column does not constrain, as words; and the words that are not 0. */
  readonly free: Int32Array;
  readonly freeWords: Int32Array;
  readonly starts: Int32Array;
  readonly offsets: Int32Array;
  readonly words: Int32Array;
  readonly masks: Int32Array;
}

export function loadBits({ rules, columns }: BitIndex): LoadedBits {
  const width = Math.ceil(rules.length / 32);
  const all = new Int32Array(width).fill(-1);
  if (rules.length % 32 !== 0) all[width - 1] = (1 << (rules.length % 32)) - 1;
  const loaded = columns.map((column): LoadedBitColumn => {
    return {
      column: column.column,
      free: Int32Array.from(column.free),
      freeWords: Int32Array.from(column.free.flatMap((mask, word) => (mask === 0 ? [] : [word]))),
      starts: Int32Array.from(column.starts),
      offsets: Int32Array.from(column.offsets),
      words: Int32Array.from(column.words),
      masks: Int32Array.from(column.masks),
    };
  });
  return { rules: Int32Array.from(rules), all, columns: loaded, stretches: new Int32Array(columns.length) };
}

/** Codes by column. */
interface CodesAt {
  at(column: number): number;
}

/**
 * Calls back with the rule of each line that every column leaves standing, in order, until it is told to stop. Only words in which the
 * column that leaves the fewest has a line are looked at, so the cost follows what may hold, not the number of rules.
 */
export function eachStanding(bits: LoadedBits, codes: CodesAt, visit: (rule: number) => boolean): void {
  const { columns, stretches } = bits;
  let fewest = bits.all.length;
  let narrowest = -1;
  for (let place = 0; place < columns.length; place++) {
    const column = columns[place] as LoadedBitColumn;
    const stretch = stretchOf(column.starts, codes.at(column.column));
    stretches[place] = stretch;
    const words = column.freeWords.length + sizeOf(column, stretch);
    if (words === 0) return;
    if (words < fewest) {
      fewest = words;
      narrowest = place;
    }
  }
  const column = columns[narrowest];
  visitWords(bits, column === undefined ? allWords(bits) : wordsOf(column, stretches[narrowest] as number), visit);
}

const sizeOf = ({ offsets }: LoadedBitColumn, stretch: number): number =>
  (offsets[stretch + 1] as number) - (offsets[stretch] as number);

/** Words that are to be looked at: a part of a list, or of all that there are. A view of the list would take longer than to look at them. */
interface Words {
  readonly list: Int32Array | undefined;
  readonly from: number;
  readonly to: number;
}

const allWords = ({ all }: LoadedBits): Words => ({ list: undefined, from: 0, to: all.length });

/** The words in which a column leaves a line standing, in order. */
function wordsOf(column: LoadedBitColumn, stretch: number): Words {
  const { freeWords, words, offsets } = column;
  const from = offsets[stretch] as number;
  const to = offsets[stretch + 1] as number;
  if (freeWords.length === 0) return { list: words, from, to };
  if (from === to) return { list: freeWords, from: 0, to: freeWords.length };
  const joined = new Int32Array(to - from + freeWords.length);
  joined.set(words.subarray(from, to));
  joined.set(freeWords, to - from);
  joined.sort();
  return { list: joined, from: 0, to: joined.length };
}

/** Goes through words; one that is named twice is looked at once. */
function visitWords(bits: LoadedBits, { list, from, to }: Words, visit: (rule: number) => boolean): void {
  let last = -1;
  for (let index = from; index < to; index++) {
    const word = list === undefined ? index : (list[index] as number);
    if (word === last) continue;
    last = word;
    for (let mask = standingIn(bits, word); mask !== 0; mask &= mask - 1) {
      if (!visit(bits.rules[word * 32 + 31 - Math.clz32(mask & -mask)] as number)) return;
    }
  }
}

/** The lines of one word that every column leaves standing. */
function standingIn({ all, columns, stretches }: LoadedBits, word: number): number {
  let mask = all[word] as number;
  for (let place = 0; mask !== 0 && place < columns.length; place++) {
    const column = columns[place] as LoadedBitColumn;
    mask &= (column.free[word] as number) | boundMask(column, stretches[place] as number, word);
  }
  return mask;
}

/** The lines of a word that the column constrains and the code allows. */
function boundMask({ free, offsets, words, masks }: LoadedBitColumn, stretch: number, word: number): number {
  let low = offsets[stretch] as number;
  let high = (offsets[stretch + 1] as number) - 1;
  // Where every word has a line, there is nothing to search.
  if (high - low + 1 === free.length) return masks[low + word] as number;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = words[middle] as number;
    if (found === word) return masks[middle] as number;
    if (found < word) low = middle + 1;
    else high = middle - 1;
  }
  return 0;
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
