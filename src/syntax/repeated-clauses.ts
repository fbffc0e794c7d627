import type { CstNode, IToken } from 'chevrotain';
import type { CstReader } from './cst.ts';

/** Clauses that a rule may have once and in any place, by the name of the rule in the grammar. */
const clausesOnce: ReadonlyMap<string, readonly string[]> = new Map([
  ['split', ['salt', 'when']],
  ['fallback', ['MaxKeyword', 'WithinKeyword']],
  ['budget', ['each', 'when']],
  ['limit', ['burst', 'each', 'when', 'elsePlan']],
  ['cache', ['TtlKeyword', 'scope', 'when']],
  ['guard', ['stream', 'when']],
]);

/** Reports a clause that is written a second time: only one could hold, and nobody should have to know which. */
export function reportRepeatedClauses(reader: CstReader, node: CstNode): void {
  for (const key of clausesOnce.get(node.name) ?? []) {
    const again = (node.children[key] ?? [])[1];
    if (again)
      reader.report('declared-twice', reader.spanOf(again), 'this clause is written twice', 'keep one of them');
  }
  for (const child of Object.values(node.children).flatMap((elements) => elements ?? [])) {
    if (isNode(child)) reportRepeatedClauses(reader, child);
  }
}

const isNode = (element: CstNode | IToken): element is CstNode => 'children' in element;
