import type { JsonObject } from '../../protocol/json.ts';
import type { Reply } from './request.ts';

/** OpenAI's words for the tokens of a reply. */
export function writeUsage({ inputTokens, outputTokens }: Reply): JsonObject {
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens };
}
