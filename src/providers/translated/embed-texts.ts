import type { EmbeddingModelV4, EmbeddingModelV4Result } from '@ai-sdk/provider';
import type { EmbeddingRequest, Embeddings } from '../../protocol/embedding.ts';
import { defined } from '../../protocol/fields.ts';

interface CallOptions {
  readonly headers: Record<string, string>;
  readonly abortSignal: AbortSignal;
}

/** Embeds every text, in as many calls as the vendor's limit on one asks for. */
export async function embedTexts(
  model: EmbeddingModelV4,
  { texts, dimensions }: EmbeddingRequest,
  options: CallOptions,
): Promise<Embeddings> {
  const atOnce = (await model.maxEmbeddingsPerCall) ?? texts.length;
  const results: EmbeddingModelV4Result[] = [];
  for (let at = 0; at < texts.length; at += atOnce) {
    results.push(await model.doEmbed({ values: texts.slice(at, at + atOnce), ...defined({ dimensions }), ...options }));
  }
  const counts = results.map(({ usage }) => usage?.tokens);
  const isCounted = counts.every((count) => count !== undefined);
  const inputTokens = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return {
    model: model.modelId,
    vectors: results.flatMap(({ embeddings }) => embeddings),
    usage: isCounted
      ? { inputTokens, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 }
      : undefined,
  };
}
