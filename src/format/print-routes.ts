import type { CstNode, IToken } from 'chevrotain';
import { type Doc, group, indent, line, lineEnd, sequence, spaces, text, words } from './doc.ts';
import { printCoalesce } from './print-expression.ts';
import { type Entry, printBlock } from './print-lines.ts';
import { numberText } from './print-literal.ts';
import { nameText } from './print-name.ts';
import { printDestination, printPlan, printSalt, printTail } from './print-plan.ts';
import { printNotes, printRule, printWhen } from './print-rule.ts';
import type { Printing } from './printing.ts';

export function printRoutes(printing: Printing, node: CstNode): Doc {
  const otherwise = printing.tokenOf(node, 'OtherwiseKeyword');
  const entries = printing.reader.nodes(node, 'choice').map((choice) => ({
    first: printing.firstToken(choice),
    print: () => printChoice(printing, choice),
  }));
  const last = {
    first: otherwise,
    print: () => words(printing.token(otherwise), printDestination(printing, node)),
  };
  return words(printing.keywords(node, 'routes'), printBlock(printing, node, [...entries, last]));
}

function printChoice(printing: Printing, node: CstNode): Doc {
  const route = printing.reader.node(node, 'route');
  const notes = printNotes(printing, node);
  return sequence(notes, route ? printRoute(printing, route) : printSplit(printing, printing.nodeOf(node, 'split')));
}

function printRoute(printing: Printing, node: CstNode): Doc {
  const head = words(printing.keywords(node, 'route'), printing.name(node));
  const condition = printWhen(printing, node);
  return sequence(printRule(head, [condition]), indent(lineEnd, printPlan(printing, node), printTail(printing, node)));
}

function printSplit(printing: Printing, node: CstNode): Doc {
  const head = words(
    printing.keywords(node, 'split'),
    printing.name(node),
    printing.keywords(node, 'on'),
    printCoalesce(printing, node),
  );
  const rule = printRule(head, [printSalt(printing, node), printWhen(printing, node)]);
  return sequence(group(rule, line), printBlock(printing, node, branchEntries(printing, node)));
}

/** The branches of a split, their plans one below the other. */
function branchEntries(printing: Printing, node: CstNode): Entry[] {
  const branches = printing.reader.nodes(node, 'branch').map((branch) => ({
    first: printing.tokenOf(branch, 'Percent'),
    share: printing.nodeOf(branch, 'share'),
  }));
  const rest = { first: printing.tokenOf(node, 'OtherwiseKeyword'), share: printing.nodeOf(node, 'share') };
  const all = [...branches, rest].map((branch) => ({ ...branch, width: headWidth(printing, branch) }));
  const widest = Math.max(...all.map(({ width }) => width));
  return all.map((branch) => ({
    first: branch.first,
    print: () =>
      sequence(
        printHead(printing, branch),
        spaces(1 + widest - branch.width),
        printDestination(printing, branch.share),
      ),
  }));
}

/** What stands before the plan of a branch, and who gets it. */
interface Branch {
  readonly first: IToken;
  readonly share: CstNode;
}

function printHead(printing: Printing, { first, share }: Branch): Doc {
  const name = printing.reader.has(share, 'Name')
    ? words(printing.keywords(share, 'as'), printing.name(share))
    : undefined;
  return words(printing.token(first, text(numberText(first))), name);
}

function headWidth(printing: Printing, { first, share }: Branch): number {
  const name = printing.reader.token(share, 'Name');
  return numberText(first).length + (name ? ` as ${nameText(name)}`.length : 0);
}
