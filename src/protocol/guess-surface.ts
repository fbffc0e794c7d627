import { surfaceNames } from './api-request.ts';
import { GatewayError } from './gateway-error.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { Surface } from './surface.ts';
import { surfaces } from './surfaces.ts';

/** Fields that only one API has. */
const onlyMessages = ['system', 'stop_sequences', 'thinking', 'output_config', 'top_k'];
const onlyEmbeddings = ['encoding_format', 'dimensions'];
const onlyResponses = ['instructions', 'max_output_tokens', 'text', 'previous_response_id', 'tools', 'reasoning'];

/**
 * The API that a body is written for, where its path does not tell: by the name that `said` gives, else by fields that only one has. A
 * conversation that could be either is a chat, an input of texts alone a list of embeddings.
 */
export function guessSurface(body: unknown, said: unknown): Surface {
  if (said !== undefined) return surfaces[nameOf(said)];
  if (!isJsonObject(body)) return surfaces.chat;
  if (body['input'] === undefined) return hasAny(body, onlyMessages) ? surfaces.messages : surfaces.chat;
  if (hasAny(body, onlyEmbeddings)) return surfaces.embeddings;
  return hasAny(body, onlyResponses) || !isTexts(body['input']) ? surfaces.responses : surfaces.embeddings;
}

function nameOf(said: unknown) {
  const name = surfaceNames.find((candidate) => candidate === said);
  if (name !== undefined) return name;
  const message = `\`x-llmpolicy-endpoint\` must be one of ${surfaceNames.join(', ')}`;
  throw new GatewayError('invalid_request', message, { param: 'x-llmpolicy-endpoint' });
}

function hasAny(body: JsonObject, fields: readonly string[]): boolean {
  return fields.some((field) => body[field] !== undefined);
}

function isTexts(input: unknown): boolean {
  return Array.isArray(input) && input.every((item) => typeof item === 'string');
}
