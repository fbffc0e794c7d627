import type { CstNode } from 'chevrotain';
import { commaList, type Doc, group, indent, joined, sequence } from './doc.ts';
import { nameAfterDot } from './print-name.ts';
import type { Printing } from './printing.ts';

export function printPath(printing: Printing, node: CstNode, unless?: string): Doc {
  const segments = printing.reader.tokens(node, 'segment').map((token, index, all) => {
    if (index === 0) return printing.nameOf(token, all.length === 1 ? unless : undefined);
    return sequence(joined('.'), printing.token(token, nameAfterDot(token)));
  });
  return sequence(...segments);
}

/** `a, b`: paths that are not in brackets. */
export function printPaths(printing: Printing, parent: CstNode, unless?: string): Doc {
  const paths = printing.reader.nodes(printing.nodeOf(parent, 'paths'), 'path');
  const printed = paths.map((path, index) => printPath(printing, path, index === 0 ? unless : undefined));
  return group(indent(commaList(printed)));
}

/** The models under `node.modelName`, in order. */
export function printModelNames(printing: Printing, node: CstNode, unless?: string): Doc[] {
  const { reader } = printing;
  return reader
    .nodes(node, 'modelName')
    .map((model) =>
      reader.has(model, 'Model') ? printing.written(model, 'Model') : printing.name(model, 'Name', unless),
    );
}

export function printModelName(printing: Printing, node: CstNode, unless?: string): Doc {
  return sequence(...printModelNames(printing, node, unless));
}
