import type { CstNode, IToken } from 'chevrotain';
import { commaList, type Doc, group, indent, lastComma, line, sequence, softLine } from './doc.ts';
import type { Printing } from './printing.ts';

/** `{ a, b }`: names of failure classes. */
export function printNames(printing: Printing, parent: CstNode): Doc {
  const node = printing.nodeOf(parent, 'names');
  const names = printing.reader.tokens(node, 'Name').map((token) => printing.nameOf(token));
  return printList(printing, node, names);
}

/** Elements in braces: in one line, or each on its own with a comma after the last one too. */
export function printList(printing: Printing, node: CstNode, elements: readonly Doc[]): Doc {
  return printElements(printing, printing.tokenOf(node, 'LBrace'), elements, printing.tokenOf(node, 'RBrace'));
}

export function printElements(printing: Printing, open: IToken, elements: readonly Doc[], close: IToken): Doc {
  if (elements.length > 0) return printing.bracketed(open, sequence(commaList(elements), lastComma), close, line);
  return group(printing.token(open), indent(printing.commentsBefore(close)), softLine, printing.token(close));
}
