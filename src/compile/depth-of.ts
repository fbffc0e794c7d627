/** How deep lists and maps stand in one another. */
export function depthOf(value: unknown): number {
  let deepest = 0;
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    const depth = next.depth + 1;
    deepest = Math.max(deepest, depth);
    for (const inner of Object.values(next.value)) waiting.push({ value: inner, depth });
  }
  return deepest;
}
