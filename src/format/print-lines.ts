import type { CstNode, IToken } from 'chevrotain';
import { lineText } from '../diagnostics/source.ts';
import { commentText } from './comments.ts';
import { comment, concatenate, type Doc, indent, lineEnd, nothing, sequence } from './doc.ts';
import type { Printing } from './printing.ts';

/** Something that has its lines for itself: an item, a route, an expectation. */
export interface Entry {
  readonly first: IToken;
  readonly print: () => Doc;
}

/**
 * Entries one below the other, with the comments between them. A free line is kept, several become one. A comment that is
 * indented further than the entry after it belongs to the one before it. `last` are comments after the last entry.
 */
export function printLines(printing: Printing, entries: readonly Entry[], last: readonly IToken[] = []): Doc {
  const parts: Doc[] = [];
  const add = (token: IToken, below: boolean, doc: Doc): void => {
    const free = parts.length > 0 && followsFreeLine(printing, token) ? lineEnd : nothing;
    const placed = parts.length > 0 ? sequence(lineEnd, free, doc) : doc;
    parts.push(below ? indent(placed) : placed);
  };
  const addComments = (comments: readonly IToken[], column: number): void => {
    let below = parts.length > 0;
    for (const found of comments) {
      below &&= !followsFreeLine(printing, found) && columnOf(found) > column;
      add(found, below, comment(commentText(found), true));
    }
  };
  for (const { first, print } of entries) {
    addComments(printing.comments.takeBefore(first), columnOf(first));
    add(first, false, print());
  }
  addComments(last, columnOf(entries.at(-1)?.first));
  return concatenate(parts);
}

/** Entries between braces, always below each other. */
export function printBlock(printing: Printing, node: CstNode, entries: readonly Entry[]): Doc {
  const { reader, comments } = printing;
  const open = reader.tokens(node, 'LBrace').at(0);
  const close = reader.tokens(node, 'RBrace').at(-1);
  if (!open || !close) throw new Error(`\`${node.name}\` has no braces`);
  const begin = printing.token(open);
  const lines = printLines(printing, entries, comments.takeBefore(close));
  return sequence(begin, indent(lineEnd, lines), lineEnd, printing.token(close));
}

const columnOf = (token: IToken | undefined): number => token?.startColumn ?? 1;

/** The line above the one that the token begins has nothing on it. */
function followsFreeLine({ reader: { source } }: Printing, { startLine = 1, startOffset }: IToken): boolean {
  const before = source.text.slice(source.lineStarts[startLine - 1], startOffset);
  return startLine > 1 && before.trim() === '' && lineText(source, startLine - 1).trim() === '';
}
