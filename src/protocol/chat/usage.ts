import { objectIn } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { rareCounts, readCount, type Usage } from '../usage.ts';

/**
 * OpenAI counts cached tokens in `prompt_tokens` and reasoning in `completion_tokens`, which is what the gateway means. A count that is
 * missing or none makes no usage: never a guess.
 */
export function readChatUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const inputTokens = readCount(value['prompt_tokens']);
  const outputTokens = readCount(value['completion_tokens'] ?? 0);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const ofInput = objectIn(value, 'prompt_tokens_details');
  const ofOutput = objectIn(value, 'completion_tokens_details');
  return {
    inputTokens,
    cachedInputTokens: readCount(ofInput['cached_tokens']) ?? 0,
    cacheWriteTokens: readCount(ofInput['cache_write_tokens']) ?? 0,
    outputTokens,
    reasoningTokens: readCount(ofOutput['reasoning_tokens']) ?? 0,
    ...rareCounts({
      audioInputTokens: ofInput['audio_tokens'],
      imageInputTokens: ofInput['image_tokens'],
      audioOutputTokens: ofOutput['audio_tokens'],
      imageOutputTokens: ofOutput['image_tokens'],
    }),
  };
}

export function writeChatUsage(usage: Usage): JsonObject {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedInputTokens, cache_write_tokens: cacheWriteTokens },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  };
}
