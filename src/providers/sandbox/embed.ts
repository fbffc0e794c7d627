import { createHash } from 'node:crypto';
import { estimateTokens } from '../../catalog/token-estimate.ts';
import type { EmbeddingRequest, Embeddings } from '../../protocol/embedding.ts';

const defaultDimensions = 8;

/** Vectors that stand for nothing but are the same for the same text. */
export function embed(model: string, { texts, dimensions = defaultDimensions }: EmbeddingRequest): Embeddings {
  const inputTokens = estimateTokens(texts);
  return {
    model,
    vectors: texts.map((text) => vectorOf(text, dimensions)),
    usage: { inputTokens, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 },
  };
}

function vectorOf(text: string, dimensions: number): readonly number[] {
  const bytes = createHash('shake256', { outputLength: dimensions }).update(text).digest();
  return [...bytes].map((byte) => byte / 127.5 - 1);
}
