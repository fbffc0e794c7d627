import type { UpstreamCall } from '../provider.ts';

/** The caller's body with the provider's own name of the model in it; whatever else it holds is kept. */
export function writeBody(call: UpstreamCall): string {
  return JSON.stringify({ ...call.request, model: call.upstream });
}
