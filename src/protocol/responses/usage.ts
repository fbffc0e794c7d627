import { valueAt } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { rareCounts, readCount, type Usage } from '../usage.ts';

/** As in chat completions, under other names: cached tokens are counted in the input, reasoning in the output. */
export function readResponseUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const inputTokens = readCount(value['input_tokens']);
  const outputTokens = readCount(value['output_tokens']);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const detail = (...path: string[]) => readCount(valueAt(value, path)) ?? 0;
  return {
    inputTokens,
    cachedInputTokens: detail('input_tokens_details', 'cached_tokens'),
    cacheWriteTokens: detail('input_tokens_details', 'cache_write_tokens'),
    outputTokens,
    reasoningTokens: detail('output_tokens_details', 'reasoning_tokens'),
    ...rareCounts({
      audioInputTokens: valueAt(value, ['input_tokens_details', 'audio_tokens']),
      imageInputTokens: valueAt(value, ['input_tokens_details', 'image_tokens']),
      audioOutputTokens: valueAt(value, ['output_tokens_details', 'audio_tokens']),
      imageOutputTokens: valueAt(value, ['output_tokens_details', 'image_tokens']),
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
