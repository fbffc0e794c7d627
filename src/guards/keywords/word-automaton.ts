/** Tells every place where one of the words ends, with the word's index. */
export type WordAutomaton = (text: string, found: (word: number, end: number) => void) => void;

interface State {
  readonly next: Map<number, State>;
  /** The state of the longest suffix that begins a word too. */
  fallback: State | undefined;
  /** The words that end here. */
  words: readonly number[];
}

const newState = (): State => ({ next: new Map(), fallback: undefined, words: [] });

function plant(root: State, word: string, index: number): void {
  let state = root;
  for (let at = 0; at < word.length; at++) {
    const unit = word.charCodeAt(at);
    const next = state.next.get(unit) ?? newState();
    state.next.set(unit, next);
    state = next;
  }
  state.words = [...state.words, index];
}

function follow(state: State, unit: number): State | undefined {
  let from: State | undefined = state;
  while (from && !from.next.has(unit)) from = from.fallback;
  return from?.next.get(unit);
}

/** Level by level, as a fallback is always nearer to the root. */
function addFallbacks(root: State): void {
  const queue = [root];
  for (const state of queue) {
    for (const [unit, next] of state.next) {
      next.fallback = (state.fallback && follow(state.fallback, unit)) ?? root;
      next.words = [...next.words, ...next.fallback.words];
      queue.push(next);
    }
  }
}

/** Aho and Corasick's automaton: time grows with the text and what is found in it, not with the number of words. */
export function createWordAutomaton(words: readonly string[]): WordAutomaton {
  const root = newState();
  for (const [index, word] of words.entries()) plant(root, word, index);
  addFallbacks(root);
  return (text, found) => {
    let state = root;
    for (let at = 0; at < text.length; at++) {
      state = follow(state, text.charCodeAt(at)) ?? root;
      for (const word of state.words) found(word, at + 1);
    }
  };
}
