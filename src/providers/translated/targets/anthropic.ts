import { createAnthropic } from '@ai-sdk/anthropic';
import type { GenerationRequest } from '../../../protocol/generation-request.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import { budgetOf, withBudget, withinLimit } from '../claude-limit.ts';
import { claudeCache, claudeThinking } from '../claude-options.ts';
import type { Target } from '../target.ts';
import { unusedKey } from '../unused-key.ts';

/** Anthropic's messages, for callers that speak another API. */
export function anthropicTarget(baseUrl: string): Target {
  const settings = { baseURL: `${baseUrl}/v1`, apiKey: unusedKey };
  return {
    languageModel: (upstream, fetch) => createAnthropic({ ...settings, fetch })(upstream),
    options({ parallelTools, reasoning }) {
      return {
        anthropic: { ...(parallelTools === false && { disableParallelToolUse: true }), ...claudeThinking(reasoning) },
      };
    },
    mendBody: keepLimit,
    cacheOptions: claudeCache,
    describesCalledTools: false,
    systemFirst: true,
    jsonMode: false,
  };
}

function keepLimit(body: JsonObject, { maxOutputTokens }: GenerationRequest): JsonObject {
  const budget = budgetOf(body);
  if (maxOutputTokens === undefined || budget === undefined) return body;
  const kept = withinLimit(maxOutputTokens, budget);
  return { ...withBudget(body, kept.budget), max_tokens: kept.maxTokens };
}
