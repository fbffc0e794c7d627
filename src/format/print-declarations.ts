import type { CstNode } from 'chevrotain';
import { commaList, type Doc, group, indent, joined, line, sequence, words } from './doc.ts';
import { isBracketed, printCondition, printOpenCondition } from './print-expression.ts';
import type { Printing } from './printing.ts';

export function printLet(printing: Printing, node: CstNode): Doc {
  const head = words(printing.keywords(node, 'let'), printing.name(node), printing.written(node, 'Assign'));
  if (isBracketed(printing, node)) return words(head, printCondition(printing, node));
  return group(head, indent(line, printOpenCondition(printing, node)));
}

export function printSchedule(printing: Printing, node: CstNode): Doc {
  const head = words(printing.keywords(node, 'schedule'), printing.name(node), printing.written(node, 'Assign'));
  const hours = printing.reader.nodes(node, 'hours').map((each) => printHours(printing, each));
  return group(head, indent(line, commaList(hours)));
}

function printHours(printing: Printing, node: CstNode): Doc {
  const days = printing.reader.nodes(node, 'days').map((each) => printDays(printing, each));
  const from = printing.written(node, 'from');
  const times = sequence(from, joined('..'), printing.written(node, 'to'));
  return words(group(commaList(days)), times, printing.written(node, 'String'));
}

function printDays(printing: Printing, node: CstNode): Doc {
  const first = printing.name(node, 'first');
  return printing.reader.has(node, 'last') ? sequence(first, joined('..'), printing.name(node, 'last')) : first;
}
