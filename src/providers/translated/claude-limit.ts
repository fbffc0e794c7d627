import { isJsonObject, type JsonObject } from '../../protocol/json.ts';

/** The least that Claude can be told to think, in tokens. */
const leastBudget = 1024;
/** How much of an answer may be thoughts where all of it is bounded. */
const shareOfThoughts = 0.8;

/** A limit on the tokens of an answer, thoughts included, and what of it may be thoughts. */
export interface ThinkingLimit {
  readonly maxTokens: number;
  /** Undefined where there is no room to think. */
  readonly budget: number | undefined;
}

/**
 * The AI SDK adds the budget for thinking to the caller's limit on the answer. For callers the limit bounds both, as it does what they pay:
 * the budget is taken from it.
 */
export function withinLimit(limit: number, budget: number): ThinkingLimit {
  const taken = budget < limit ? budget : Math.floor(limit * shareOfThoughts);
  return { maxTokens: limit, budget: taken < leastBudget ? undefined : taken };
}

/** The budget in `thinking`, where there is one. */
export function budgetOf(holder: JsonObject): number | undefined {
  const { thinking } = holder;
  const budget = isJsonObject(thinking) ? thinking['budget_tokens'] : undefined;
  return typeof budget === 'number' ? budget : undefined;
}

/** The same object with another budget, or with no thinking where there is none. */
export function withBudget({ thinking, ...rest }: JsonObject, budget: number | undefined): JsonObject {
  if (budget === undefined || !isJsonObject(thinking)) return rest;
  return { ...rest, thinking: { ...thinking, budget_tokens: budget } };
}
