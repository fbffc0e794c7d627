import { createGoogle } from '@ai-sdk/google';
import { geminiOptions } from '../gemini-options.ts';
import { noOptions, type Target } from '../target.ts';
import { unusedKey } from '../unused-key.ts';

/** The Gemini API. */
export function googleTarget(baseUrl: string): Target {
  const settings = { baseURL: baseUrl, apiKey: unusedKey };
  return {
    languageModel: (upstream, fetch) => createGoogle({ ...settings, fetch })(upstream),
    embeddingModel: (upstream, fetch) => createGoogle({ ...settings, fetch }).embedding(upstream),
    options: (request) => ({ google: geminiOptions(request) }),
    cacheOptions: noOptions,
    describesCalledTools: false,
    systemFirst: true,
    jsonMode: true,
  };
}
