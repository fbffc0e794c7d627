import type { PolicyFile } from '../syntax/ast.ts';

/** What says where a node stands, and not what it is. */
const places: ReadonlySet<string> = new Set(['span', 'patternSpan', 'clauseSpans', 'source']);

/** Two files mean the same, part by part: their trees are equal but for the places of their nodes. */
export function sameTree(first: PolicyFile, second: PolicyFile): boolean {
  return equal(first, second);
}

function equal(first: unknown, second: unknown): boolean {
  if (Object.is(first, second)) return true;
  if (typeof first !== 'object' || typeof second !== 'object' || !first || !second) return false;
  const before = parts(first);
  const after = parts(second);
  return (
    before.size === after.size && [...before].every(([key, value]) => after.has(key) && equal(value, after.get(key)))
  );
}

function parts(node: object): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(node).filter(([key]) => !places.has(key)));
}
