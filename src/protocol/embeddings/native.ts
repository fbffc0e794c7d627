import { isJsonObject } from '../json.ts';
import type { NativeDialect } from '../surface.ts';
import { readCount } from '../usage.ts';

/** Embeddings, as OpenAI and whoever speaks its language write them. */
export const embeddingsDialect: NativeDialect = {
  headers: {},
  rewriteBody: ({ body }, { model }) => ({ ...body, model }),
  missingIn: ({ data }) => (Array.isArray(data) ? undefined : 'data'),
  readUsage({ usage }) {
    const inputTokens = isJsonObject(usage) ? readCount(usage['prompt_tokens']) : undefined;
    if (inputTokens === undefined) return undefined;
    return { inputTokens, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 };
  },
  hidesUsage: () => false,
  stream: {
    endMark: 'data: [DONE]\n\n',
    isPreamble: () => false,
    errorIn: () => undefined,
    isFinish: () => false,
    readUsage: () => undefined,
  },
};
