import type { ProviderConfig } from '../../config/config.ts';
import type { UpstreamCall } from '../provider.ts';

const defaultBaseUrl = 'https://api.openai.com/v1';

export interface Endpoint {
  readonly origin: string;
  readonly path: string;
}

export function chatEndpoint(config: ProviderConfig): Endpoint {
  const url = new URL(`${config.baseUrl ?? defaultBaseUrl}/chat/completions`);
  return { origin: url.origin, path: `${url.pathname}${url.search}` };
}

/** The headers of a call, for each of the keys in turn: nothing of the caller's own headers goes upstream. */
export function createHeaders(apiKeys: readonly string[]): () => Readonly<Record<string, string>> {
  const base = { 'content-type': 'application/json', 'user-agent': 'llmpolicy' };
  const keyed = apiKeys.map((key) => ({ ...base, authorization: `Bearer ${key}` }));
  let turn = 0;
  return () => keyed[turn++ % keyed.length] ?? base;
}

/** The caller's body with the provider's own name of the model in it; whatever else it holds is kept. */
export function writeBody(call: UpstreamCall): string {
  return JSON.stringify({ ...call.request, model: call.upstream });
}
