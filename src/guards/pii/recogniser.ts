/** Where something was recognised, in UTF-16 units; `rule` where a recogniser has several. */
export interface Recognised {
  readonly start: number;
  readonly end: number;
  readonly rule?: string;
}

/** Finds one kind of personal data, in time that grows with the length of the text alone. */
export type Recogniser = (text: string) => readonly Recognised[];

/**
 * The matches of a pattern that stand for something, as judged by their text and where they stand. One that stands for nothing hides none
 * that begins within it. The pattern is global, and what it matches of a bounded length.
 */
export function recognise(
  text: string,
  pattern: RegExp,
  isOne: (match: string, start: number) => boolean,
): Recognised[] {
  const found: Recognised[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const { index: start, 0: written } = match;
    const end = start + written.length;
    if (isOne(written, start)) found.push({ start, end });
    else pattern.lastIndex = start + 1;
  }
  return found;
}
