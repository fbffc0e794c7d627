import type { Expression, Item } from './ast.ts';

const kinds: ReadonlySet<unknown> = new Set<Expression['kind']>([
  'or', 'and', 'not', 'compare', 'in', 'like', 'matches', 'known', 'coalesce', 'models-where', 'set-literal', 'literal', 'model',
  'path', 'invalid',
]); // biome-ignore format: a list

/** Fields that say where something stands. */
const places: ReadonlySet<string> = new Set(['span', 'patternSpan', 'clauseSpans']);

/** Every expression of a rule, those within others included, from its beginning to its end. */
export function expressionsIn(item: Item): Expression[] {
  return below(item).sort((a, b) => a.span.start - b.span.start);
}

function below(part: unknown): Expression[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = isExpression(part) ? [part] : [];
  const fields = Object.entries(part).filter(([name]) => !places.has(name));
  return [...own, ...fields.flatMap(([, field]) => below(field))];
}

function isExpression(part: object): part is Expression {
  return 'kind' in part && kinds.has(part.kind);
}
