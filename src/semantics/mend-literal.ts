import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { spanText } from '../diagnostics/span.ts';
import type { Expression } from '../syntax/ast.ts';
import type { Type } from './types.ts';

type Mend = Required<Pick<Diagnostic, 'help' | 'fix'>>;

/** What certainly makes a constant one of the type that is wanted: a unit, quotes, or none. */
export function mendLiteral(type: Type, written: Expression): Mend | undefined {
  if (written.kind !== 'literal') return undefined;
  const text = spanText(written.span);
  if (written.type === 'string') {
    const isWord = type.kind === 'enum' && type.values.includes(written.value);
    return isWord ? mend(written, written.value, 'words stand without quotes') : undefined;
  }
  if (written.type !== 'integer' || written.unit !== undefined) return undefined;
  switch (type.kind) {
    case 'tokens':
      return mend(written, `${text} tok`, 'name the unit');
    case 'requests':
      return mend(written, `${text} req`, 'name the unit');
    case 'percent':
      return mend(written, `${text}%`, 'write a percentage');
    case 'decimal':
      return mend(written, `${text}.0`, 'write a decimal number');
    default:
      return undefined;
  }
}

function mend({ span }: Expression, newText: string, help: string): Mend {
  return { help: `${help}: \`${newText}\``, fix: [{ span, newText }] };
}
