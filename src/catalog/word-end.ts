import { blank, digit, end, isPair, kinds, letter, lower, mark, newline, other, units, upper } from './read-units.ts';

const space = 0x20;
const slash = 0x2f;
const apostrophe = 0x27;
const mostDigits = 3;
const letters = upper | lower | letter | mark;

/** Where the word ends that begins at `start`, as `o200k_base` cuts texts into words: within them tokens are merged, across them never. */
export function wordEnd(start: number): number {
  const kind = kinds[start] ?? end;
  if ((kind & letters) !== 0) return lettersEnd(start);
  if (kind === digit) return digitsEnd(start);
  if (kind === newline) return blanksEnd(start);
  // What is neither letter nor digit is one with the letters behind it.
  const next = kind === other && isPair(units[start] ?? 0, units[start + 1] ?? 0) ? start + 2 : start + 1;
  const behind = kinds[next] ?? end;
  if ((behind & letters) !== 0) return lettersEnd(next);
  if (kind === other) return signsEnd(start);
  return units[start] === space && behind === other ? signsEnd(next) : blanksEnd(start);
}

/** Capitals and then small letters; those without case are both. */
function lettersEnd(start: number): number {
  let at = start;
  let lastCaseless = start;
  let kind = kinds[at] ?? end;
  while ((kind & (upper | letter | mark)) !== 0) {
    at++;
    if (kind !== upper) lastCaseless = at;
    kind = kinds[at] ?? end;
  }
  if (kind === lower) {
    while ((kind & (lower | letter | mark)) !== 0) kind = kinds[++at] ?? end;
  } else if (lastCaseless > start) at = lastCaseless;
  return units[at] === apostrophe ? contractionEnd(at) : at;
}

/** `'s`, `'re` and the like belong to the word before them. */
function contractionEnd(at: number): number {
  const [first, second] = [small(at + 1), small(at + 2)];
  if (first === 's' || first === 't' || first === 'd' || first === 'm') return at + 2;
  const isLong = (first === 'l' && second === 'l') || ((first === 'v' || first === 'r') && second === 'e');
  return isLong ? at + 3 : at;
}

function small(at: number): string {
  return kinds[at] === end ? '' : String.fromCharCode((units[at] ?? 0) | 0x20);
}

function digitsEnd(start: number): number {
  let at = start;
  for (let count = 0; kinds[at] === digit; at++) {
    if (!isPair(units[at - 1] ?? 0, units[at] ?? 0)) count++;
    if (count > mostDigits) break;
  }
  return at;
}

function signsEnd(start: number): number {
  let at = start;
  let kind = kinds[at] ?? end;
  while (kind === other || kind === mark) kind = kinds[++at] ?? end;
  while (kind === newline || units[at] === slash) kind = kinds[++at] ?? end;
  return at;
}

/** Up to the last end of a line; without one the last blank is left for the word behind it. */
function blanksEnd(start: number): number {
  let at = start;
  let lastLine = start;
  let kind = kinds[at] ?? end;
  while ((kind & (blank | newline)) !== 0) {
    at++;
    if (kind === newline) lastLine = at;
    kind = kinds[at] ?? end;
  }
  if (lastLine > start) return lastLine;
  return kind === end || at === start + 1 ? at : at - 1;
}
