import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import type { GenerationRequest } from '../../../protocol/generation-request.ts';
import { isJsonObject, type JsonObject } from '../../../protocol/json.ts';
import { budgetOf, withBudget, withinLimit } from '../claude-limit.ts';
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
    mendBody: keepLimit,
    cacheOptions: ({ ttl }) => ({ bedrock: { cachePoint: { type: 'default', ...(ttl !== undefined && { ttl }) } } }),
    describesCalledTools: true,
    systemFirst: true,
    jsonMode: false,
  };
}

function keepLimit(body: JsonObject, { maxOutputTokens }: GenerationRequest): JsonObject {
  const fields = body['additionalModelRequestFields'];
  const budget = isJsonObject(fields) ? budgetOf(fields) : undefined;
  if (maxOutputTokens === undefined || budget === undefined || !isJsonObject(fields)) return body;
  const kept = withinLimit(maxOutputTokens, budget);
  const settings = isJsonObject(body['inferenceConfig']) ? body['inferenceConfig'] : {};
  return {
    ...body,
    inferenceConfig: { ...settings, maxTokens: kept.maxTokens },
    additionalModelRequestFields: withBudget(fields, kept.budget),
  };
}
