import { createMistral } from '@ai-sdk/mistral';
import { noOptions, type Target } from '../target.ts';
import { unusedKey } from '../unused-key.ts';

/** Mistral's chat and embeddings. */
export function mistralTarget(baseUrl: string): Target {
  const settings = { baseURL: baseUrl, apiKey: unusedKey };
  return {
    languageModel: (upstream, fetch) => createMistral({ ...settings, fetch })(upstream),
    embeddingModel: (upstream, fetch) => createMistral({ ...settings, fetch }).embeddingModel(upstream),
    options: ({ parallelTools }) => ({
      mistral: parallelTools === undefined ? {} : { parallelToolCalls: parallelTools },
    }),
    cacheOptions: noOptions,
    describesCalledTools: false,
    systemFirst: false,
    jsonMode: true,
  };
}
