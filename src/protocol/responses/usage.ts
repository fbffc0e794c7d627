import { objectIn } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { rareCounts, readCount, type Usage } from '../usage.ts';

/** As in chat completions, under other names: cached tokens are counted in the input, reasoning in the output. */
export function readResponseUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const inputTokens = readCount(value['input_tokens']);
  const outputTokens = readCount(value['output_tokens']);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const ofInput = objectIn(value, 'input_tokens_details');
  const ofOutput = objectIn(value, 'output_tokens_details');
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

export function writeResponseUsage(usage: Usage): JsonObject {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  };
}
