import type { GenerationRequest } from '../../protocol/generation-request.ts';
import { parseJsonObject } from '../../protocol/json.ts';
import type { Target } from './target.ts';

/** `fetch`, with the body that a vendor's package wrote mended on its way. */
export function mendingFetch(
  fetch: typeof globalThis.fetch,
  { mendBody }: Target,
  request: GenerationRequest,
): typeof globalThis.fetch {
  if (mendBody === undefined) return fetch;
  return (input, init) => {
    const body = typeof init?.body === 'string' ? parseJsonObject(init.body) : undefined;
    return fetch(input, body === undefined ? init : { ...init, body: JSON.stringify(mendBody(body, request)) });
  };
}
