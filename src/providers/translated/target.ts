import type { EmbeddingModelV4, LanguageModelV4, SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { CacheMarker, FilePart, GenerationRequest } from '../../protocol/generation-request.ts';
import type { JsonObject } from '../../protocol/json.ts';

/** What is called in place of an upstream's own API: a model as the AI SDK's packages see it, and what only its vendor calls so. */
export interface Target {
  languageModel(upstream: string, fetch: typeof globalThis.fetch, request: GenerationRequest): LanguageModelV4;
  /** Absent where the vendor has none. */
  embeddingModel?(upstream: string, fetch: typeof globalThis.fetch): EmbeddingModelV4;
  /** What of a request has no name that all vendors share. */
  options(request: GenerationRequest): SharedV4ProviderOptions;
  /** Mends what the vendor's package made of a request. Absent where there is nothing to mend. */
  mendBody?(body: JsonObject, request: GenerationRequest): JsonObject;
  cacheOptions(marker: CacheMarker): SharedV4ProviderOptions;
  /** What of a file only this vendor has a name for. */
  fileOptions?(file: FilePart): SharedV4ProviderOptions;
  /** The vendor takes a system message only before all others. */
  readonly systemFirst: boolean;
  /** The vendor takes no calls and results of tools where none are described. */
  readonly describesCalledTools: boolean;
  /** The vendor can be held to JSON without a schema; otherwise it is asked to in words. */
  readonly jsonMode: boolean;
}

/** No cache that could be marked. */
export const noOptions = (): SharedV4ProviderOptions => ({});
