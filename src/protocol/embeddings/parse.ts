import type { EmbeddingRequest } from '../embedding.ts';
import { countAt, defined, textsAt, wordAt } from '../fields.ts';
import type { JsonObject } from '../json.ts';

/** More than any model has. */
const mostDimensions = 100_000;

/** The body of an embedding request in our words. */
export function parseEmbeddings(body: JsonObject): EmbeddingRequest {
  return {
    texts: textsAt(body, 'input'),
    encoding: wordAt(body, 'encoding_format', ['float', 'base64'] as const) ?? 'float',
    ...defined({ dimensions: countAt(body, 'dimensions', mostDimensions) }),
  };
}
