import type { CstNode } from 'chevrotain';
import { commaList, type Doc, group, indent, line, lineEnd, sequence, softLine, words } from './doc.ts';
import { printValue } from './print-atom.ts';
import { printCondition } from './print-expression.ts';
import { printPaths } from './print-path.ts';
import type { Printing } from './printing.ts';

/** A rule on one line; where it does not fit, each of its clauses on an indented line of its own. */
export function printRule(head: Doc, clauses: readonly (Doc | undefined)[]): Doc {
  const written = clauses.filter((clause) => clause !== undefined);
  return group(head, indent(...written.map((clause) => sequence(line, clause))));
}

/** `when condition`, where there is one. */
export function printWhen(printing: Printing, parent: CstNode): Doc | undefined {
  const node = printing.reader.node(parent, 'when');
  return node && words(printing.keywords(node, 'when'), printCondition(printing, node));
}

/** `for each a, b`, where there is one. */
export function printEach(printing: Printing, parent: CstNode): Doc | undefined {
  const node = printing.reader.node(parent, 'each');
  return node && words(printing.keywords(node, 'for', 'each'), printPaths(printing, node));
}

/** Notes, each on a line of its own above the rule that they are about. */
export function printNotes(printing: Printing, parent: CstNode): Doc {
  const notes = printing.reader.nodes(parent, 'note');
  return sequence(...notes.map((note) => sequence(printNote(printing, note), lineEnd)));
}

function printNote(printing: Printing, node: CstNode): Doc {
  const values = printing.reader.nodes(node, 'value').map((value) => printValue(printing, value));
  const open = printing.tokenOf(node, 'LParen');
  const close = printing.tokenOf(node, 'RParen');
  return sequence(
    printing.written(node, 'At'),
    printing.name(node),
    printing.bracketed(open, commaList(values), close, softLine),
  );
}
