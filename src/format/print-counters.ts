import type { CstNode } from 'chevrotain';
import { type Doc, indent, lineEnd, nothing, sequence, spaces, words } from './doc.ts';
import { printCoalesce } from './print-expression.ts';
import { printLines } from './print-lines.ts';
import { numberText, printNumber } from './print-literal.ts';
import { printPlan } from './print-plan.ts';
import { printEach, printRule, printWhen } from './print-rule.ts';
import type { Printing } from './printing.ts';

/** `budget …`, each of its thresholds on a line of its own. */
export function printBudget(printing: Printing, node: CstNode): Doc {
  const head = words(
    printing.keywords(node, 'budget'),
    printing.name(node),
    printCoalesce(printing, node),
    printPer(printing, node),
  );
  const rule = printRule(head, [printEach(printing, node), printWhen(printing, node)]);
  return sequence(rule, printThresholds(printing, printing.reader.nodes(node, 'threshold')));
}

function printThresholds(printing: Printing, thresholds: readonly CstNode[]): Doc {
  if (thresholds.length === 0) return nothing;
  const width = (threshold: CstNode) => numberText(printing.tokenOf(threshold, 'Percent')).length;
  const widest = Math.max(...thresholds.map(width));
  const entries = thresholds.map((threshold) => ({
    first: printing.tokenOf(threshold, 'AtKeyword'),
    print: () => printThreshold(printing, threshold, 1 + widest - width(threshold)),
  }));
  return indent(lineEnd, printLines(printing, entries));
}

function printThreshold(printing: Printing, node: CstNode, gap: number): Doc {
  const head = words(printing.keywords(node, 'at'), printNumber(printing, node, 'Percent'));
  const effect = printing.hasKeyword(node, 'notify')
    ? words(printing.keywords(node, 'notify'), printing.name(node))
    : printPlan(printing, node);
  return sequence(head, spaces(gap), effect);
}

export function printLimit(printing: Printing, node: CstNode): Doc {
  const name = words(printing.keywords(node, 'limit'), printing.name(node));
  const amount = printing.hasKeyword(node, 'concurrent')
    ? words(printNumber(printing, node, 'Int'), printing.keywords(node, 'concurrent'))
    : words(printCoalesce(printing, node), printPer(printing, node));
  return printRule(words(name, amount), [
    printBurst(printing, node),
    printEach(printing, node),
    printWhen(printing, node),
    printElse(printing, node),
  ]);
}

function printBurst(printing: Printing, parent: CstNode): Doc | undefined {
  const node = printing.reader.node(parent, 'burst');
  return node && words(printing.keywords(node, 'burst'), printCoalesce(printing, node));
}

function printElse(printing: Printing, parent: CstNode): Doc | undefined {
  const node = printing.reader.node(parent, 'elsePlan');
  return node && words(printing.keywords(node, 'else'), printPlan(printing, node));
}

function printPer(printing: Printing, parent: CstNode): Doc {
  const node = printing.nodeOf(parent, 'per');
  const per = printing.keywords(node, 'per');
  return words(
    per,
    printing.reader.has(node, 'window') ? printing.written(node, 'window') : printNumber(printing, node, 'Duration'),
  );
}
