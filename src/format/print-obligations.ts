import type { CstNode } from 'chevrotain';
import { type Doc, words } from './doc.ts';
import { printCoalesce } from './print-expression.ts';
import { printNumber } from './print-literal.ts';
import { printModelName, printPaths } from './print-path.ts';
import { printSalt } from './print-plan.ts';
import { printRule, printWhen } from './print-rule.ts';
import type { Printing } from './printing.ts';

export function printCap(printing: Printing, node: CstNode): Doc {
  const head = words(
    printing.keywords(node, 'cap'),
    printing.written(node, 'subject'),
    printNumber(printing, node, 'amount'),
    printing.hasKeyword(node, 'tok') ? printing.keywords(node, 'tok') : undefined,
  );
  return printRule(head, [printWhen(printing, node)]);
}

export function printCache(printing: Printing, node: CstNode): Doc {
  const head = words(
    printing.keywords(node, 'cache'),
    printing.written(node, 'mode'),
    clause(printing, node, 'above', 'Percent'),
    clause(printing, node, 'ttl', 'Duration'),
  );
  return printRule(head, [printScope(printing, node), printWhen(printing, node)]);
}

/** A keyword and its number, where they are written. */
function clause(printing: Printing, node: CstNode, word: string, key: string): Doc | undefined {
  if (!printing.hasKeyword(node, word)) return undefined;
  return words(printing.keywords(node, word), printNumber(printing, node, key));
}

function printScope(printing: Printing, parent: CstNode): Doc | undefined {
  const node = printing.reader.node(parent, 'scope');
  if (!node) return undefined;
  if (printing.hasKeyword(node, 'everyone')) return printing.keywords(node, 'scope', 'everyone');
  return words(printing.keywords(node, 'scope'), printPaths(printing, node, 'everyone'));
}

export function printGuard(printing: Printing, node: CstNode): Doc {
  const head = words(
    printing.keywords(node, 'guard'),
    printing.name(node),
    printing.keywords(node, 'on'),
    printing.written(node, 'point'),
    printing.keywords(node, 'then'),
    printing.written(node, 'action'),
  );
  return printRule(head, [printStream(printing, node), printWhen(printing, node)]);
}

function printStream(printing: Printing, parent: CstNode): Doc | undefined {
  const node = printing.reader.node(parent, 'stream');
  if (!node) return undefined;
  const size = printing.reader.has(node, 'Size') ? printNumber(printing, node, 'Size') : undefined;
  return words(printing.keywords(node, 'stream'), printing.written(node, 'handling'), size);
}

/** `set` and `tag`. */
export function printAssignment(printing: Printing, node: CstNode): Doc {
  const head = words(
    printing.keywords(node, node.name),
    printing.name(node),
    printing.written(node, 'Assign'),
    printing.hasKeyword(node, 'off') ? printing.keywords(node, 'off') : printAssigned(printing, node),
  );
  return printRule(head, [printWhen(printing, node)]);
}

/** Only `set` can be switched off; a value of that name is then in back-quotes. */
function printAssigned(printing: Printing, node: CstNode): Doc {
  return printCoalesce(printing, node, 'coalesce', node.name === 'set' ? 'off' : undefined);
}

export function printMirror(printing: Printing, node: CstNode): Doc {
  const head = words(
    printing.keywords(node, 'mirror'),
    printNumber(printing, node, 'Percent'),
    printing.keywords(node, 'on'),
    printCoalesce(printing, node),
    printSalt(printing, node),
    printing.keywords(node, 'to'),
    printModelName(printing, node),
  );
  return printRule(head, [printWhen(printing, node)]);
}
