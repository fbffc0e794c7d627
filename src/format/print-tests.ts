import type { CstNode } from 'chevrotain';
import { type Doc, joined, sequence, spaces, words } from './doc.ts';
import { printValue } from './print-atom.ts';
import { printExpectation, printTaken } from './print-expectation.ts';
import { printParenthesised } from './print-expression.ts';
import { printBlock } from './print-lines.ts';
import { printElements, printList } from './print-list.ts';
import { printNumber } from './print-literal.ts';
import { printModelName, printPath } from './print-path.ts';
import { printRule, printWhen } from './print-rule.ts';
import type { Printing } from './printing.ts';

export function printAssert(printing: Printing, node: CstNode): Doc {
  const head = words(printing.keywords(node, 'assert'), printing.written(node, 'mood'), printClaim(printing, node));
  return printRule(head, [printWhen(printing, node)]);
}

function printClaim(printing: Printing, node: CstNode): Doc {
  if (printing.hasKeyword(node, 'reaches')) {
    return words(printing.keywords(node, 'reaches'), printParenthesised(printing, node));
  }
  if (printing.hasKeyword(node, 'rejects')) return printing.keywords(node, 'rejects');
  if (printing.hasKeyword(node, 'takes')) return words(printing.keywords(node, 'takes'), printTaken(printing, node));
  return words(
    printing.keywords(node, 'attempts'),
    printing.written(printing.nodeOf(node, 'relation'), 'operator'),
    printNumber(printing, node, 'Int'),
  );
}

/** A test: what is given, what is down, what is expected, below each other. */
export function printTest(printing: Printing, node: CstNode): Doc {
  const { reader } = printing;
  const head = words(printing.keywords(node, 'test'), printing.written(node, 'String'));
  const expectations = reader.nodes(node, 'expectation');
  const entries = [
    { first: printing.tokenOf(node, 'GivenKeyword'), print: () => printGiven(printing, node) },
    ...reader.tokens(node, 'DownKeyword').map((first) => ({ first, print: () => printDown(printing, node) })),
    ...reader.tokens(node, 'ExpectKeyword').flatMap((first, index) => {
      const expectation = expectations[index];
      if (!expectation) return [];
      return [{ first, print: () => words(printing.token(first), printExpectation(printing, expectation)) }];
    }),
  ];
  return words(head, printBlock(printing, node, entries));
}

function printGiven(printing: Printing, parent: CstNode): Doc {
  const node = printing.nodeOf(parent, 'object');
  const keyword = printing.keywords(parent, 'given');
  const facts = printing.reader.nodes(node, 'fact').map((fact) => {
    const key = printPath(printing, printing.nodeOf(fact, 'path'));
    return words(sequence(key, joined(':')), printValue(printing, printing.nodeOf(fact, 'value')));
  });
  return sequence(keyword, spaces(2), printList(printing, node, facts));
}

/** The braces of `down` are the second that open in a test, and the first that close. */
function printDown(printing: Printing, node: CstNode): Doc {
  const { reader } = printing;
  const keyword = printing.keywords(node, 'down');
  const entries = reader.nodes(node, 'down').map((down) => {
    const model = printModelName(printing, down);
    return reader.has(down, 'Name') ? words(sequence(model, joined(':')), printing.name(down)) : model;
  });
  const [, open] = reader.tokens(node, 'LBrace');
  if (!open) throw new Error('`down` has no list');
  return sequence(keyword, spaces(3), printElements(printing, open, entries, printing.tokenOf(node, 'RBrace')));
}
