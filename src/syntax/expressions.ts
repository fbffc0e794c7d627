import type { Expression, Item } from './ast.ts';

const kinds: ReadonlySet<unknown> = new Set<Expression['kind']>([
  'or', 'and', 'not', 'compare', 'in', 'like', 'matches', 'known', 'coalesce', 'models-where', 'set-literal', 'literal', 'model',
  'path', 'invalid',
]); // biome-ignore format: a list

/** Fields that say where something stands. */
const places: ReadonlySet<string> = new Set(['span', 'patternSpan', 'clauseSpans']);

/** Every expression of a rule, those within others included, from its beginning to its end. */
export function expressionsIn(item: Item): Expression[] {
  const found: Expression[] = [];
  collect(item, found);
  return found.sort((a, b) => a.span.start - b.span.start);
}

function collect(part: object, found: Expression[]): void {
  if (isExpression(part)) found.push(part);
  for (const name in part) {
    const field: unknown = part[name as keyof typeof part];
    if (typeof field === 'object' && field !== null && !places.has(name)) collect(field, found);
  }
}

function isExpression(part: object): part is Expression {
  return 'kind' in part && kinds.has(part.kind);
}
