import type { CstNode } from 'chevrotain';
import { type Doc, words } from './doc.ts';
import { printValue } from './print-atom.ts';
import { printElements } from './print-list.ts';
import { printModelName, printModelNames } from './print-path.ts';
import { printReject } from './print-plan.ts';
import type { Printing } from './printing.ts';

/** What follows `expect`. */
export function printExpectation(printing: Printing, node: CstNode): Doc {
  const { reader } = printing;
  const reject = reader.node(node, 'reject');
  if (reject) return printReject(printing, reject);
  if (printing.hasKeyword(node, 'plan')) return printExpectedPlan(printing, node);
  if (printing.hasKeyword(node, 'route')) return words(printing.keywords(node, 'route'), printTaken(printing, node));
  if (printing.hasKeyword(node, 'served')) return printServed(printing, node);
  if (printing.hasKeyword(node, 'removed')) {
    const model = words(printing.keywords(node, 'removed'), printModelName(printing, node));
    return words(model, printing.keywords(node, 'by'), printing.name(node));
  }
  if (printing.hasKeyword(node, 'replaced')) {
    return words(printing.keywords(node, 'replaced', 'by'), printing.name(node));
  }
  if (reader.has(node, 'obligation')) return words(printing.written(node, 'obligation'), printing.name(node));
  return words(
    printing.written(node, 'written'),
    printing.name(node),
    printing.written(node, 'Assign'),
    printValue(printing, printing.nodeOf(node, 'value')),
  );
}

function printExpectedPlan(printing: Printing, node: CstNode): Doc {
  const keyword = printing.keywords(node, 'plan');
  const open = printing.tokenOf(node, 'LBracket');
  return words(
    keyword,
    printElements(printing, open, printModelNames(printing, node), printing.tokenOf(node, 'RBracket')),
  );
}

/** A model called `nothing` is told from none by its back-quotes. */
function printServed(printing: Printing, node: CstNode): Doc {
  if (printing.hasKeyword(node, 'nothing')) return printing.keywords(node, 'served', 'nothing');
  return words(printing.keywords(node, 'served'), printModelName(printing, node, 'nothing'));
}

/** A route or split, or `otherwise`. */
export function printTaken(printing: Printing, parent: CstNode): Doc {
  const node = printing.nodeOf(parent, 'taken');
  return printing.hasKeyword(node, 'otherwise') ? printing.keywords(node, 'otherwise') : printing.name(node);
}
