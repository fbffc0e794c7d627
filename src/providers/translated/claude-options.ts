import type { JSONObject, SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { CacheMarker, Reasoning } from '../../protocol/generation-request.ts';

/** A number of tokens for thinking, where the caller named one; levels of effort have a name that all vendors share. */
export function claudeThinking(reasoning: Reasoning | undefined): JSONObject {
  return reasoning?.budget === undefined ? {} : { thinking: { type: 'enabled', budgetTokens: reasoning.budget } };
}

export function claudeCache({ ttl }: CacheMarker): SharedV4ProviderOptions {
  return { anthropic: { cacheControl: { type: 'ephemeral', ...(ttl !== undefined && { ttl }) } } };
}
