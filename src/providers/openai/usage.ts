import { isJsonObject } from '../../protocol/json.ts';
import type { Usage } from '../../protocol/usage.ts';

/**
 * OpenAI counts cached tokens in `prompt_tokens` and reasoning in `completion_tokens`, which is what the gateway means.
 * Counts that are missing or no counts are no usage: never a guess.
 */
export function readUsage(value: unknown): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const inputTokens = value['prompt_tokens'];
  const outputTokens = value['completion_tokens'] ?? 0;
  return isCount(inputTokens) && isCount(outputTokens) ? { inputTokens, outputTokens } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
