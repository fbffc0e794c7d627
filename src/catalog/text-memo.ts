/**
 * Counts of texts that came before: a conversation brings all that was said so far each time again, and what a system is told is the same
 * for all. What is counted never depends on what is kept here, only how soon it is known.
 */
const mostUnits = 2048;
/** Of each generation: the texts of two take 4 MB at most. */
const mostTexts = 512;

let young = new Map<string, number>();
let old = new Map<string, number>();

/** The count that is kept for a text; undefined where there is none. */
export function recallText(text: string): number | undefined {
  if (text.length > mostUnits) return undefined;
  const known = young.get(text);
  if (known !== undefined) return known;
  const aged = old.get(text);
  if (aged !== undefined) keepText(text, aged);
  return aged;
}

/** Keeps a count. What was not asked for since as many texts again were kept is forgotten. */
export function keepText(text: string, count: number): void {
  if (text.length > mostUnits) return;
  if (young.size >= mostTexts) {
    old = young;
    young = new Map();
  }
  young.set(text, count);
}
