import type { CstNode, IToken } from 'chevrotain';
import type { CstReader } from '../syntax/cst.ts';
import { concatenate, type Doc, group, indent, line, sequence, softLine, words } from './doc.ts';
import { printAtom, printSet } from './print-atom.ts';
import { printModelName } from './print-path.ts';
import type { Printing } from './printing.ts';

/** The expression under `node.expression`; broken before its operators, these are indented. */
export function printCondition(printing: Printing, node: CstNode): Doc {
  return hanging(operandsOf(printing, printing.nodeOf(node, 'expression')));
}

/** The same where the lines around it are broken with it, so that its operators need no indent of their own. */
export function printOpenCondition(printing: Printing, node: CstNode): Doc {
  return concatenate(operandsOf(printing, printing.nodeOf(node, 'expression')));
}

function hanging([first, ...others]: readonly Doc[]): Doc {
  if (!first || others.length === 0) return first ?? sequence();
  return group(indent(first, concatenate(others)));
}

/** An operand, then each further one behind its operator, on a line of its own where the whole does not fit. */
function chain(printing: Printing, operands: readonly Doc[], operators: readonly IToken[]): Doc[] {
  return operands.map((operand, index) => {
    const operator = operators[index - 1];
    return operator ? sequence(line, words(printing.token(operator), operand)) : operand;
  });
}

function operandsOf(printing: Printing, expression: CstNode): Doc[] {
  const { reader } = printing;
  const conjunctions = reader.nodes(expression, 'conjunction');
  const only = sole(conjunctions);
  if (only) return conjunctsOf(printing, only);
  const operands = conjunctions.map((conjunction) => hanging(conjunctsOf(printing, conjunction)));
  return chain(printing, operands, reader.tokens(expression, 'OrKeyword'));
}

function conjunctsOf(printing: Printing, conjunction: CstNode): Doc[] {
  const { reader } = printing;
  const negations = reader.nodes(conjunction, 'negation');
  const only = sole(negations);
  const wrapper = only && needlesslyWrapped(printing, only);
  if (wrapper) return operandsOf(printing, printing.nodeOf(wrapper, 'expression'));
  const operands = negations.map((negation) => printNegation(printing, negation));
  return chain(printing, operands, reader.tokens(conjunction, 'AndKeyword'));
}

/** The primary that holds an expression in parentheses that are left out, where a negation is nothing else. */
function needlesslyWrapped({ reader, redundant }: Printing, negation: CstNode): CstNode | undefined {
  const primary = solePrimary(reader, negation);
  const open = reader.token(primary, 'LParen');
  return open && redundant.has(open) ? primary : undefined;
}

/** The primary that a negation is, where nothing is done to it. */
function solePrimary(reader: CstReader, negation: CstNode): CstNode | undefined {
  const comparison = reader.node(negation, 'comparison');
  if (!comparison || reader.has(negation, 'NotKeyword') || Object.keys(comparison.children).length > 1)
    return undefined;
  return sole(reader.nodes(reader.node(comparison, 'left'), 'primary'));
}

const sole = <Item>(items: readonly Item[]): Item | undefined => (items.length === 1 ? items[0] : undefined);

function printNegation(printing: Printing, node: CstNode): Doc {
  const operators = printing.reader.tokens(node, 'NotKeyword').map((token) => printing.token(token));
  return words(...operators, printComparison(printing, printing.nodeOf(node, 'comparison')));
}

function printComparison(printing: Printing, node: CstNode): Doc {
  const { reader } = printing;
  const left = printCoalesce(printing, node, 'left');
  const relation = reader.node(node, 'relation');
  const not = printing.hasKeyword(node, 'not') ? 'not' : undefined;
  if (relation) {
    return words(left, printing.written(relation, 'operator'), printCoalesce(printing, node, 'right'));
  }
  if (printing.hasKeyword(node, 'in')) {
    return words(left, printing.keywords(node, ...(not ? [not] : []), 'in'), printCoalesce(printing, node, 'right'));
  }
  if (printing.hasKeyword(node, 'like')) {
    return words(left, printing.keywords(node, 'like'), printing.written(node, 'String'));
  }
  if (printing.hasKeyword(node, 'matches')) {
    return words(left, printing.keywords(node, 'matches'), printing.written(node, 'Regex'));
  }
  if (printing.hasKeyword(node, 'is')) {
    return words(left, printing.keywords(node, 'is', ...(not ? [not] : []), 'known'));
  }
  return left;
}

/** `a ?? b`; `unless`: a keyword that the grammar would read in place of a name that is all of it. */
export function printCoalesce(printing: Printing, node: CstNode, key = 'coalesce', unless?: string): Doc {
  const coalesce = printing.nodeOf(node, key);
  const operands = printing.reader
    .nodes(coalesce, 'primary')
    .map((primary, index) => printPrimary(printing, primary, index === 0 ? unless : undefined));
  return hanging(chain(printing, operands, printing.reader.tokens(coalesce, 'Coalesce')));
}

function printPrimary(printing: Printing, node: CstNode, unless: string | undefined): Doc {
  const expression = printing.reader.node(node, 'expression');
  if (!expression) return printModelsOrAtom(printing, node, unless);
  const open = printing.tokenOf(node, 'LParen');
  if (printing.redundant.has(open)) return printCondition(printing, node);
  return printParenthesised(printing, node);
}

/** `( expression )`. */
export function printParenthesised(printing: Printing, node: CstNode): Doc {
  return printing.bracketed(
    printing.tokenOf(node, 'LParen'),
    printOpenCondition(printing, node),
    printing.tokenOf(node, 'RParen'),
    softLine,
  );
}

function printModelsOrAtom(printing: Printing, node: CstNode, unless?: string): Doc {
  const { reader } = printing;
  const where = reader.node(node, 'modelsWhere');
  if (where) return words(printing.keywords(where, 'models', 'where'), printParenthesised(printing, where));
  const set = reader.node(node, 'setLiteral');
  if (set) return printSet(printing, set);
  return printAtom(printing, printing.nodeOf(node, 'atom'), unless);
}

/** What a pick chooses from. */
export function printTarget(printing: Printing, parent: CstNode): Doc {
  const node = printing.nodeOf(parent, 'target');
  return printing.reader.has(node, 'modelName') ? printModelName(printing, node) : printModelsOrAtom(printing, node);
}

/** Whether the expression under `node.expression` is nothing but a set, or `models where (…)`: it breaks inside itself. */
export function isBracketed(printing: Printing, node: CstNode): boolean {
  const { reader } = printing;
  const conjunction = sole(reader.nodes(reader.node(node, 'expression'), 'conjunction'));
  const negation = sole(reader.nodes(conjunction, 'negation'));
  const primary = negation && solePrimary(reader, negation);
  if (primary && reader.has(primary, 'expression')) return isBracketed(printing, primary);
  return reader.has(primary, 'setLiteral') || reader.has(primary, 'modelsWhere');
}
