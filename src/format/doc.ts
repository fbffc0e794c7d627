/**
 * A text together with the places where it may be broken into lines (after Wadler's "A prettier printer"). Comments are
 * part of it: one at the end of a line waits until that line ends, one on a line of its own always gets one.
 */
export type Doc =
  | Text
  | { readonly kind: 'space'; readonly width: number }
  /** Flat, so many blanks; broken, the end of the line. */
  | { readonly kind: 'line'; readonly width: number }
  | { readonly kind: 'line-end' }
  /** A comma where the group around it is broken. */
  | { readonly kind: 'last-comma' }
  | { readonly kind: 'comment'; readonly text: string; readonly ownLine: boolean }
  | { readonly kind: 'indent'; readonly content: Doc }
  /** On one line where that fits; else every `line` directly in it is broken. */
  | { readonly kind: 'group'; readonly content: Doc }
  | { readonly kind: 'sequence'; readonly parts: readonly Doc[] };

export interface Text {
  readonly kind: 'text';
  readonly text: string;
  /** Punctuation that belongs to the word before it: nothing comes between them, no comment either. */
  readonly joined: boolean;
  /** A name that can be misread: first on its line for the keyword, before a number for a currency. */
  readonly misread: 'as-keyword' | 'as-currency' | undefined;
}

export const text = (written: string, misread?: Text['misread']): Doc => ({
  kind: 'text',
  text: written,
  joined: false,
  misread,
});
export const joined = (written: string): Doc => ({ kind: 'text', text: written, joined: true, misread: undefined });
export const spaces = (width: number): Doc => ({ kind: 'space', width });
/** However many parts, one after the other. */
export const concatenate = (parts: readonly Doc[]): Doc => ({ kind: 'sequence', parts });
export const sequence = (...parts: readonly Doc[]): Doc => concatenate(parts);
export const indent = (...parts: readonly Doc[]): Doc => ({ kind: 'indent', content: sequence(...parts) });
export const group = (...parts: readonly Doc[]): Doc => ({ kind: 'group', content: sequence(...parts) });
export const comment = (written: string, ownLine: boolean): Doc => ({ kind: 'comment', text: written, ownLine });

export const nothing: Doc = sequence();
export const space: Doc = spaces(1);
export const line: Doc = { kind: 'line', width: 1 };
export const softLine: Doc = { kind: 'line', width: 0 };
export const lineEnd: Doc = { kind: 'line-end' };
export const lastComma: Doc = { kind: 'last-comma' };

/** The parts with a separator between each two. */
export function separate(separator: Doc, parts: readonly Doc[]): Doc {
  return concatenate(parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part])));
}

/** The parts that there are, in one line, a space between each two. */
export function words(...parts: readonly (Doc | undefined)[]): Doc {
  return separate(
    space,
    parts.filter((part) => part !== undefined),
  );
}

/** `a, b, c`, broken after each comma if it does not fit. */
export const commaList = (parts: readonly Doc[]): Doc => separate(sequence(joined(','), line), parts);
