/** Where something was recognised, in UTF-16 units; `rule` where a recogniser has several. */
export interface Recognised {
  readonly start: number;
  readonly end: number;
  readonly rule?: string;
}

/** Finds one kind of personal data, in time that grows with the length of the text alone. */
export type Recogniser = (text: string) => readonly Recognised[];

/** The matches of a pattern that stand for something, as judged by their text and where they stand. */
export function recognise(
  text: string,
  pattern: RegExp,
  isOne: (match: string, start: number) => boolean,
): Recognised[] {
  const found: Recognised[] = [];
  for (const { index, 0: match } of text.matchAll(pattern)) {
    if (isOne(match, index)) found.push({ start: index, end: index + match.length });
  }
  return found;
}
