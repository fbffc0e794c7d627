import { createGoogleVertex } from '@ai-sdk/google-vertex/edge';
import { geminiOptions } from '../gemini-options.ts';
import { noOptions, type Target } from '../target.ts';
import { unusedKey } from '../unused-key.ts';

/** Gemini and its embeddings on Vertex AI. */
export function vertexTarget(baseUrl: string): Target {
  const settings = { baseURL: baseUrl, apiKey: unusedKey };
  return {
    languageModel: (upstream, fetch) => createGoogleVertex({ ...settings, fetch })(upstream),
    embeddingModel: (upstream, fetch) => createGoogleVertex({ ...settings, fetch }).embeddingModel(upstream),
    options: (request) => ({ google: geminiOptions(request), googleVertex: geminiOptions(request) }),
    cacheOptions: noOptions,
    describesCalledTools: false,
    systemFirst: true,
    jsonMode: true,
  };
}
