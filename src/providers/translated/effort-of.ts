import type { Reasoning, ReasoningEffort } from '../../protocol/generation-request.ts';

/** Where a level begins, in tokens of reasoning: for vendors that know no budgets. */
const levels: readonly (readonly [from: number, ReasoningEffort])[] = [
  [16_000, 'high'],
  [4_000, 'medium'],
  [0, 'low'],
];

/** How much a request wants its model to think, in words. */
export function effortOf(reasoning: Reasoning | undefined): ReasoningEffort | undefined {
  if (reasoning?.effort !== undefined || reasoning?.budget === undefined) return reasoning?.effort;
  const { budget } = reasoning;
  return levels.find(([from]) => budget >= from)?.[1];
}
