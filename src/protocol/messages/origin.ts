import type { Origin } from '../generation-request.ts';
import { type JsonObject, parseJsonObject } from '../json.ts';

/**
 * A `signature` is Anthropic's own, or holds what another provider wants back with its reasoning. Clients return it unchanged, as they
 * must with Anthropic's.
 */
export function readOrigin(block: JsonObject): Origin | undefined {
  if (block['type'] === 'redacted_thinking') return { anthropic: { redactedData: block['data'] } };
  const signature = block['signature'];
  if (typeof signature !== 'string' || signature === '') return undefined;
  return parseJsonObject(signature) ?? { anthropic: { signature } };
}

export function writeSignature(origin: Origin | undefined): string {
  return origin === undefined ? '' : JSON.stringify(origin);
}
