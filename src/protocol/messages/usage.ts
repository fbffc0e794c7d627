import { objectIn } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { rareCounts, readCount, type Usage } from '../usage.ts';

/**
 * Anthropic's `input_tokens` are those that are neither read from nor written to a cache; `output_tokens` include thinking. A count that is
 * missing or none makes no usage: never a guess.
 */
export function readMessageUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const fresh = readCount(value['input_tokens']);
  const outputTokens = readCount(value['output_tokens']);
  if (fresh === undefined || outputTokens === undefined) return undefined;
  const cachedInputTokens = readCount(value['cache_read_input_tokens']) ?? 0;
  const cacheWriteTokens = readCount(value['cache_creation_input_tokens']) ?? 0;
  return {
    inputTokens: fresh + cachedInputTokens + cacheWriteTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens: readCount(objectIn(value, 'output_tokens_details')['thinking_tokens']) ?? 0,
    ...rareCounts({ cacheWriteHourTokens: objectIn(value, 'cache_creation')['ephemeral_1h_input_tokens'] }),
  };
}

export function writeMessageUsage(usage: Usage): JsonObject {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  return {
    input_tokens: inputTokens - cachedInputTokens - cacheWriteTokens,
    cache_read_input_tokens: cachedInputTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    output_tokens: outputTokens,
    output_tokens_details: { thinking_tokens: reasoningTokens },
  };
}

export const noUsage: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};
