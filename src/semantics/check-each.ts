import type { Path } from '../syntax/ast.ts';
import { checkOperand } from './check-operand.ts';
import { type Context, followLet } from './context.ts';
import type { EachKey } from './typed.ts';

/** The attributes that tell counters or cached answers apart: none of them may be missing. */
export function checkEach(context: Context, paths: readonly Path[]): EachKey[] | undefined {
  const keys = paths.map((path): EachKey | undefined => {
    const name = path.segments.map(({ text }) => text).join('.');
    if (name === 'model' && context.modelAccess === 'all') return { name, operand: null };
    const followed = followLet(context, path);
    const operand = checkOperand(followed.context, followed.expression);
    if (operand?.type.kind !== 'set') return operand && { name, operand };
    return context.findings.error('type-mismatch', path.span, 'a set does not tell requests apart', {
      help: 'name a text, a word or a number',
    });
  });
  const read = keys.flatMap((key) => key ?? []);
  return read.length === keys.length ? read : undefined;
}
