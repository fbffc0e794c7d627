import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { effortOf } from '../effort-of.ts';
import { noOptions, type Target } from '../target.ts';
import { unusedKey } from '../unused-key.ts';

/** Chat completions as OpenAI-shaped servers understand them. */
export function compatibleTarget(baseUrl: string): Target {
  const settings = {
    name: 'compatible',
    baseURL: baseUrl,
    apiKey: unusedKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
  };
  return {
    languageModel: (upstream, fetch) => createOpenAICompatible({ ...settings, fetch })(upstream),
    embeddingModel: (upstream, fetch) => createOpenAICompatible({ ...settings, fetch }).embeddingModel(upstream),
    options({ parallelTools, reasoning }) {
      const effort = effortOf(reasoning);
      return {
        compatible: {
          ...(parallelTools !== undefined && { parallel_tool_calls: parallelTools }),
          ...(effort !== undefined && { reasoningEffort: effort }),
        },
      };
    },
    cacheOptions: noOptions,
    describesCalledTools: false,
    systemFirst: false,
    jsonMode: true,
  };
}
