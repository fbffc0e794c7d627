import type { ApiRequest } from '../api-request.ts';
import type { Embeddings } from '../embedding.ts';
import type { JsonObject } from '../json.ts';
import { writeFloats } from './floats.ts';

/** Embeddings as a list of vectors: as numbers, or as the bytes of 32-bit floats, which OpenAI's own clients ask for. */
export function renderEmbeddings({ model, vectors, usage }: Embeddings, { body }: ApiRequest): JsonObject {
  const inBytes = body['encoding_format'] === 'base64';
  const tokens = usage?.inputTokens ?? 0;
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: inBytes ? writeFloats(vector) : vector,
    })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}
