import { createOpenAI } from '@ai-sdk/openai';
import type { JSONObject } from '@ai-sdk/provider';
import { effortOf } from '../effort-of.ts';
import type { Target } from '../target.ts';
import { unusedKey } from '../unused-key.ts';

/**
 * OpenAI's responses, on its own address or Azure's; chat completions where there are stop sequences, which responses do not know. Nothing
 * is kept there: callers of other APIs could not come back to it.
 */
export function openAiTarget(baseUrl: string): Target {
  const settings = { baseURL: baseUrl, apiKey: unusedKey };
  return {
    languageModel(upstream, fetch, { stop }) {
      const provider = createOpenAI({ ...settings, fetch });
      return stop.length === 0 ? provider.responses(upstream) : provider.chat(upstream);
    },
    embeddingModel: (upstream, fetch) => createOpenAI({ ...settings, fetch }).embedding(upstream),
    options({ parallelTools, reasoning, output }) {
      const effort = effortOf(reasoning);
      const options: JSONObject = {
        store: false,
        strictJsonSchema: output.kind === 'json' && output.strict !== false,
        ...(parallelTools !== undefined && { parallelToolCalls: parallelTools }),
        ...(effort !== undefined && { reasoningEffort: effort }),
        ...(effort !== undefined && effort !== 'none' && { reasoningSummary: 'auto' }),
      };
      return { openai: options };
    },
    cacheOptions: () => ({ openai: { promptCacheBreakpoint: { mode: 'explicit' } } }),
    fileOptions: ({ detail = 'auto' }) => ({ openai: { imageDetail: detail } }),
    describesCalledTools: false,
    systemFirst: false,
    jsonMode: true,
  };
}
