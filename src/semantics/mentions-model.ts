import type { Expression, Path } from '../syntax/ast.ts';
import { bareWord, type Context } from './context.ts';

/** Whether an expression reads the model under consideration: `model`, or `model.…`, lets followed. */
export function mentionsModel(context: Pick<Context, 'lets'>, expression: Expression): boolean {
  const inside = (inner: Expression) => mentionsModel(context, inner);
  switch (expression.kind) {
    case 'or':
    case 'and':
    case 'coalesce':
      return expression.operands.some(inside);
    case 'not':
    case 'known':
    case 'like':
    case 'matches':
      return inside(expression.operand);
    case 'compare':
    case 'in':
      return inside(expression.left) || inside(expression.right);
    case 'set-literal':
      return expression.elements.some(inside);
    case 'path':
      return pathMentionsModel(context, expression);
    // `models where` speaks of every model of the catalogue, not of the one under consideration.
    default:
      return false;
  }
}

function pathMentionsModel(context: Pick<Context, 'lets'>, path: Path): boolean {
  if (path.segments[0]?.text === 'model') return true;
  const value = context.lets.get(bareWord(path) ?? '')?.value;
  return value !== undefined && mentionsModel(context, value);
}
