import type { CstNode } from 'chevrotain';
import type { Note } from './ast.ts';
import { buildValue } from './build-expression.ts';
import type { CstReader } from './cst.ts';

export function buildNotes(reader: CstReader, parent: CstNode): Note[] {
  return reader.nodes(parent, 'note').flatMap((node) => {
    const name = reader.name(reader.token(node, 'Name'));
    if (!name) return [];
    const values = reader.nodes(node, 'value').map((value) => buildValue(reader, value));
    return [{ kind: 'note' as const, span: reader.spanOf(node), name, values }];
  });
}
