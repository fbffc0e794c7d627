import type { Expression } from '../syntax/ast.ts';
import type { Context } from './context.ts';

/**
 * Whether a value is there in every request, whatever guards it: a constant, or an attribute that is required or has a default.
 * Of what the catalogue says nothing is certain: a model may be added that does not state it.
 */
export function isNeverMissing({ environment }: Context, expression: Expression): boolean {
  if (expression.kind === 'literal') return true;
  if (expression.kind !== 'path') return false;
  const key = expression.segments.map(({ text }) => text).join('.');
  if (!key.startsWith('request.') && !key.startsWith('caller.')) return false;
  const presence = environment.attributes.get(key)?.presence.kind;
  return presence === 'required' || presence === 'default';
}
