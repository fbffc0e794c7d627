import type { CstNode } from 'chevrotain';
import { commaList, type Doc, group, indent, line, sequence, words } from './doc.ts';
import { printDeny, printRequire } from './print-constraints.ts';
import { printBudget, printLimit } from './print-counters.ts';
import { printLet, printSchedule } from './print-declarations.ts';
import { type Entry, printLines } from './print-lines.ts';
import { printCode } from './print-literal.ts';
import { printAssignment, printCache, printCap, printGuard, printMirror } from './print-obligations.ts';
import { printFallback, printRetry } from './print-plan.ts';
import { printRoutes } from './print-routes.ts';
import { printNotes } from './print-rule.ts';
import { printAssert, printTest } from './print-tests.ts';
import type { Printing } from './printing.ts';

/** A whole file: the lines of its header, then its items. */
export function printFile(printing: Printing, node: CstNode): Doc {
  const items = printing.reader.nodes(node, 'item').map((item) => ({
    first: printing.firstToken(item),
    print: () => sequence(printNotes(printing, item), printItem(printing, item)),
  }));
  return printLines(printing, [...headerEntries(printing, node), ...items], printing.comments.last);
}

function headerEntries(printing: Printing, node: CstNode): Entry[] {
  const { reader } = printing;
  const edition = reader.token(node, 'EditionKeyword');
  const name = reader.token(node, 'PolicyKeyword') ?? reader.token(node, 'ExtendsKeyword');
  return [
    ...(edition ? [{ first: edition, print: () => words(printing.token(edition), printCode(printing, node)) }] : []),
    ...(name ? [{ first: name, print: () => printNameLine(printing, node) }] : []),
  ];
}

/** `policy "name" extends "parent"`. */
function printNameLine(printing: Printing, node: CstNode): Doc {
  const name = printing.hasKeyword(node, 'policy')
    ? words(printing.keywords(node, 'policy'), printing.written(node, 'name'))
    : undefined;
  if (!printing.hasKeyword(node, 'extends')) return name ?? sequence();
  const extendsWord = words(name, printing.keywords(node, 'extends'));
  const parents = printing.reader.tokens(node, 'parent').map((parent) => printing.token(parent));
  return group(extendsWord, indent(line, commaList(parents)));
}

/** How each kind of item is printed, by the name of its rule in the grammar. */
const printers: ReadonlyMap<string, (printing: Printing, node: CstNode) => Doc> = new Map([
  ['let', printLet],
  ['schedule', printSchedule],
  ['deny', printDeny],
  ['require', printRequire],
  ['routes', printRoutes],
  ['retry', printRetry],
  ['fallback', printFallback],
  ['budget', printBudget],
  ['limit', printLimit],
  ['cap', printCap],
  ['cache', printCache],
  ['guard', printGuard],
  ['set', printAssignment],
  ['tag', printAssignment],
  ['mirror', printMirror],
  ['assert', printAssert],
  ['test', printTest],
]);

function printItem(printing: Printing, item: CstNode): Doc {
  for (const [rule, print] of printers) {
    const node = printing.reader.node(item, rule);
    if (node) return print(printing, node);
  }
  throw new Error('an item of no kind');
}
