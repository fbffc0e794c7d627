import { createAnthropic } from '@ai-sdk/anthropic';
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
    cacheOptions: claudeCache,
    systemFirst: true,
    jsonMode: false,
  };
}
