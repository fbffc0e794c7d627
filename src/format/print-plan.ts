import type { CstNode } from 'chevrotain';
import { type Doc, group, indent, joined, line, lineEnd, sequence, words } from './doc.ts';
import { printCoalesce, printTarget } from './print-expression.ts';
import { printNames } from './print-list.ts';
import { printCode, printNumber } from './print-literal.ts';
import { printRule } from './print-rule.ts';
import type { Printing } from './printing.ts';

/** `use a then b`, broken before each `then` if it does not fit; or `reject`. */
export function printPlan(printing: Printing, parent: CstNode): Doc {
  const { reader } = printing;
  const node = printing.nodeOf(parent, 'plan');
  const reject = reader.node(node, 'reject');
  if (reject) return printReject(printing, reject);
  const then = reader.tokens(node, 'ThenKeyword');
  const [first, ...others] = reader.nodes(node, 'pick');
  const use = printing.keywords(node, 'use');
  return group(
    words(use, first && printPick(printing, first)),
    indent(
      ...others.map((pick, index) => {
        const keyword = then[index];
        return sequence(line, words(keyword && printing.token(keyword), printPick(printing, pick)));
      }),
    ),
  );
}

/** A plan with its own `retry` and `fallback`, these on lines of their own. */
export function printDestination(printing: Printing, parent: CstNode): Doc {
  return sequence(printPlan(printing, parent), indent(printTail(printing, parent)));
}

/** The `retry` and `fallback` of a plan, each on a line of its own. */
export function printTail(printing: Printing, parent: CstNode): Doc {
  const { reader } = printing;
  const tail = reader.node(parent, 'tail');
  const clauses = [
    ...reader.nodes(tail, 'retry').map((node) => printRetry(printing, node)),
    ...reader.nodes(tail, 'fallback').map((node) => printFallback(printing, node)),
  ];
  return sequence(...clauses.map((clause) => sequence(lineEnd, clause)));
}

export function printReject(printing: Printing, node: CstNode): Doc {
  const message = printing.reader.has(node, 'String') ? printing.written(node, 'String') : undefined;
  return words(printing.keywords(node, 'reject'), printCode(printing, node), message);
}

function printPick(printing: Printing, node: CstNode): Doc {
  const spread = printing.reader.node(node, 'spread');
  const clauses = printing.reader.nodes(node, 'pickClause');
  const inOrder = ['after', 'timeout', 'first'].flatMap((word) =>
    clauses.filter((clause) => printing.hasKeyword(clause, word)),
  );
  return words(
    spread ? printSpread(printing, spread) : printOrdered(printing, node),
    ...inOrder.map((clause) => printPickClause(printing, clause)),
  );
}

function printOrdered(printing: Printing, node: CstNode): Doc {
  const order = printing.reader.has(node, 'order') ? printing.written(node, 'order') : undefined;
  return words(order, order && printing.keywords(node, 'of'), printTarget(printing, node));
}

function printSpread(printing: Printing, node: CstNode): Doc {
  return words(
    printing.keywords(node, 'spread', 'of'),
    printTarget(printing, node),
    printing.keywords(node, 'on'),
    printCoalesce(printing, node),
    printSalt(printing, node),
  );
}

function printPickClause(printing: Printing, node: CstNode): Doc {
  if (printing.hasKeyword(node, 'after')) return words(printing.keywords(node, 'after'), printNames(printing, node));
  const keywords = printing.hasKeyword(node, 'timeout') ? ['timeout'] : ['first', 'token'];
  return words(printing.keywords(node, ...keywords), printNumber(printing, node, 'Duration'));
}

export function printSalt(printing: Printing, parent: CstNode): Doc | undefined {
  const salts = printing.reader.nodes(parent, 'salt');
  if (salts.length === 0) return undefined;
  return words(...salts.map((salt) => words(printing.keywords(salt, 'salt'), printing.written(salt, 'String'))));
}

export function printRetry(printing: Printing, node: CstNode): Doc {
  const head = words(
    printing.keywords(node, 'retry'),
    printNumber(printing, node, 'Int'),
    printing.keywords(node, 'on'),
    printNames(printing, node),
  );
  return printRule(head, [printing.hasKeyword(node, 'backoff') ? printBackoff(printing, node) : undefined]);
}

function printBackoff(printing: Printing, node: CstNode): Doc {
  const from = printNumber(printing, node, 'from');
  return words(printing.keywords(node, 'backoff'), sequence(from, joined('..'), printNumber(printing, node, 'to')));
}

export function printFallback(printing: Printing, node: CstNode): Doc {
  const max = printing.hasKeyword(node, 'max')
    ? words(printing.keywords(node, 'max'), printNumber(printing, node, 'Int'), printing.keywords(node, 'attempts'))
    : undefined;
  const within = printing.hasKeyword(node, 'within')
    ? words(printing.keywords(node, 'within'), printNumber(printing, node, 'Duration'))
    : undefined;
  return printRule(words(printing.keywords(node, 'fallback', 'on'), printNames(printing, node)), [max, within]);
}
