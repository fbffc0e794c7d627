import { createCohere } from '@ai-sdk/cohere';
import { noOptions, type Target } from '../target.ts';
import { unusedKey } from '../unused-key.ts';

/** Cohere's chat and embeddings. */
export function cohereTarget(baseUrl: string): Target {
  const settings = { baseURL: baseUrl, apiKey: unusedKey };
  return {
    languageModel: (upstream, fetch) => createCohere({ ...settings, fetch })(upstream),
    embeddingModel: (upstream, fetch) => createCohere({ ...settings, fetch }).embeddingModel(upstream),
    options({ reasoning }) {
      const budget = reasoning?.budget;
      return { cohere: budget === undefined ? {} : { thinking: { type: 'enabled', tokenBudget: budget } } };
    },
    cacheOptions: noOptions,
    describesCalledTools: false,
    systemFirst: false,
    jsonMode: true,
  };
}
