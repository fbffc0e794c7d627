import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import type { Target } from '../target.ts';
import { unusedKey } from '../unused-key.ts';

/** Bedrock's Converse, whichever model stands behind it. Keys and signatures are put in by the upstream's own client. */
export function bedrockTarget(baseUrl: string): Target {
  const settings = { baseURL: baseUrl, apiKey: unusedKey };
  return {
    languageModel: (upstream, fetch) => createAmazonBedrock({ ...settings, fetch })(upstream),
    embeddingModel: (upstream, fetch) => createAmazonBedrock({ ...settings, fetch }).embeddingModel(upstream),
    options({ reasoning }) {
      const budget = reasoning?.budget;
      return { bedrock: budget === undefined ? {} : { reasoningConfig: { type: 'enabled', budgetTokens: budget } } };
    },
    cacheOptions: ({ ttl }) => ({ bedrock: { cachePoint: { type: 'default', ...(ttl !== undefined && { ttl }) } } }),
    systemFirst: true,
    jsonMode: false,
  };
}
