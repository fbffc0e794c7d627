import type { CstNode } from 'chevrotain';
import type { Doc } from './doc.ts';
import { printList } from './print-list.ts';
import { printLiteral } from './print-literal.ts';
import { printPath } from './print-path.ts';
import type { Printing } from './printing.ts';

export function printAtom(printing: Printing, node: CstNode, unless?: string): Doc {
  const literal = printing.reader.node(node, 'literal');
  if (literal) return printLiteral(printing, literal);
  if (printing.reader.has(node, 'Model')) return printing.written(node, 'Model');
  return printPath(printing, printing.nodeOf(node, 'path'), unless);
}

export function printSet(printing: Printing, node: CstNode): Doc {
  const elements = printing.reader.nodes(node, 'atom').map((atom) => printAtom(printing, atom));
  return printList(printing, node, elements);
}

/** A value where only constants stand: in notes, tests and expectations. */
export function printValue(printing: Printing, node: CstNode): Doc {
  const { reader } = printing;
  const literal = reader.node(node, 'literal');
  if (literal) return printLiteral(printing, literal);
  const set = reader.node(node, 'setLiteral');
  if (set) return printSet(printing, set);
  return reader.has(node, 'Model') ? printing.written(node, 'Model') : printing.name(node);
}
