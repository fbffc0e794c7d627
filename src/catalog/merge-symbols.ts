import { mergeOf, noToken } from './vocabulary.ts';

/** More symbols than are ever read at once; a place takes so many bits. */
const placeBits = 14;
const room = 1 << placeBits;
/** Tokens that stand beside each other; what each and the next are merged to; and their neighbours, as some are gone. */
export const symbols = new Int32Array(room);
const merged = new Int32Array(room);
const before = new Int16Array(room);
const behind = new Int16Array(room);
/** Pairs that wait: the token that each is merged to, and its place. No pair stands above one that comes before it. */
const heap = new Int32Array(room * 3);

/** To how many tokens the first symbols are merged: those pairs first whose token is the first, and of these the leftmost. */
export function mergeSymbols(symbolCount: number): number {
  const length = mergeRun(symbolCount);
  let waiting = 0;
  for (let at = 0; at < length; at++) {
    before[at] = at - 1;
    behind[at] = at + 1;
    waiting = wait(at, at + 1 < length ? mergeOf(symbols[at] ?? 0, symbols[at + 1] ?? 0) : noToken, waiting);
  }
  let count = length;
  while (waiting > 0) {
    const pair = heap[0] ?? 0;
    waiting = dropFirst(waiting);
    const token = pair >> placeBits;
    const at = pair & (room - 1);
    // One of its symbols was merged with another since.
    if (merged[at] !== token) continue;
    count--;
    const right = behind[at] ?? 0;
    const next = behind[right] ?? 0;
    const left = before[at] ?? -1;
    symbols[at] = token;
    merged[right] = noToken;
    behind[at] = next;
    if (next < length) before[next] = at;
    waiting = wait(at, next < length ? mergeOf(token, symbols[next] ?? 0) : noToken, waiting);
    if (left >= 0) waiting = wait(left, mergeOf(symbols[left] ?? 0, token), waiting);
  }
  return count;
}

/** In a run of one symbol all pairs come first alike, and nothing between them: how many symbols are left. */
function mergeRun(length: number): number {
  const symbol = symbols[0] ?? 0;
  for (let at = 1; at < length; at++) if (symbols[at] !== symbol) return length;
  const token = mergeOf(symbol, symbol);
  if (length < 2 || token === noToken) return length;
  symbols.fill(token, 0, length >> 1);
  // One without a partner stays behind: then it is no run any more.
  symbols[length >> 1] = symbol;
  return mergeRun((length + 1) >> 1);
}

/** Puts what a symbol and the next are merged to among those that wait: how many they are then. */
function wait(place: number, token: number, waiting: number): number {
  merged[place] = token;
  if (token === noToken) return waiting;
  const pair = (token << placeBits) | place;
  let at = waiting;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const other = heap[above] ?? 0;
    if (other <= pair) break;
    heap[at] = other;
    at = above;
  }
  heap[at] = pair;
  return waiting + 1;
}

function dropFirst(waiting: number): number {
  const last = waiting - 1;
  const pair = heap[last] ?? 0;
  let at = 0;
  for (let below = 1; below < last; below = 2 * at + 1) {
    if (below + 1 < last && (heap[below + 1] ?? 0) < (heap[below] ?? 0)) below++;
    const other = heap[below] ?? 0;
    if (other >= pair) break;
    heap[at] = other;
    at = below;
  }
  heap[at] = pair;
  return last;
}
