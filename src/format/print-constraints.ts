import type { CstNode } from 'chevrotain';
import { type Doc, indent, lineEnd, sequence, words } from './doc.ts';
import { printCondition } from './print-expression.ts';
import { printReject } from './print-plan.ts';
import { printRule, printWhen } from './print-rule.ts';
import type { Printing } from './printing.ts';

/** `deny … when …`, its message on a line of its own. */
export function printDeny(printing: Printing, node: CstNode): Doc {
  const head = words(printing.keywords(node, 'deny'), printing.written(node, 'target'));
  const rule = printRule(head, [printWhen(printing, node)]);
  if (!printing.hasKeyword(node, 'because')) return rule;
  const message = words(printing.keywords(node, 'because'), printing.written(node, 'String'));
  return sequence(rule, indent(lineEnd, message));
}

export function printRequire(printing: Printing, node: CstNode): Doc {
  const head = words(printing.keywords(node, 'require'), indent(printCondition(printing, node)));
  const otherwise = () =>
    words(printing.keywords(node, 'else'), printReject(printing, printing.nodeOf(node, 'reject')));
  return printRule(head, [printWhen(printing, node), otherwise()]);
}
