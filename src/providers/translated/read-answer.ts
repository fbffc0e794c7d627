import type {
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4GenerateResult,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import { listAt, valueAt } from '../../protocol/fields.ts';
import type { Finish, FinishReason, Generation, GenerationHead } from '../../protocol/generation.ts';
import type { Origin } from '../../protocol/generation-request.ts';
import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import { rareCounts, type Usage } from '../../protocol/usage.ts';

/** An answer of the AI SDK's models in our words. */
export function readAnswer(result: LanguageModelV4GenerateResult, head: GenerationHead): Generation {
  const { content, finishReason, usage, response } = result;
  return {
    ...head,
    model: response?.modelId ?? head.model,
    content: content.flatMap(readPart),
    finish: readFinish(
      finishReason,
      content.some(({ type }) => type === 'tool-call'),
      result.providerMetadata,
    ),
    usage: readUsage(usage),
  };
}

/** Sources, files and what providers did themselves have no place in an answer that was asked for in another API. */
function readPart(part: LanguageModelV4Content): Generation['content'] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ kind: 'text', text: part.text }];
    case 'reasoning':
      return [{ kind: 'reasoning', text: part.text, ...readOrigin(part.providerMetadata) }];
    case 'tool-call': {
      const { toolCallId: id, toolName: name, input } = part;
      return [{ kind: 'tool-call', id, name, input, ...readOrigin(part.providerMetadata) }];
    }
    default:
      return [];
  }
}

/** What a provider wants back; only what can be written down as JSON is ever in it. */
export function readOrigin(metadata: SharedV4ProviderMetadata | undefined): { readonly origin?: Origin } {
  return metadata === undefined || Object.keys(metadata).length === 0 ? {} : { origin: metadata };
}

const reasons: Readonly<Record<LanguageModelV4FinishReason['unified'], FinishReason>> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content_filter',
  'tool-calls': 'tool_calls',
  error: 'stop',
  interrupted: 'stop',
  other: 'stop',
};

/** Some upstreams do not say that they stopped for tools to be called: their calls say it. */
export function readFinish(
  { unified }: LanguageModelV4FinishReason,
  hasCalls: boolean,
  metadata: SharedV4ProviderMetadata | undefined,
): Finish {
  const stopSequence = Object.values(metadata ?? {})
    .map((values) => values['stopSequence'])
    .find((sequence) => typeof sequence === 'string');
  const reason = reasons[unified] === 'stop' && hasCalls ? 'tool_calls' : reasons[unified];
  return { reason, ...(stopSequence !== undefined && { stopSequence }) };
}

/** The AI SDK's totals mean what ours do. Without them nobody counted. */
export function readUsage({ inputTokens, outputTokens, raw }: LanguageModelV4Usage): Usage | undefined {
  if (inputTokens.total === undefined || outputTokens.total === undefined) return undefined;
  return {
    inputTokens: inputTokens.total,
    cachedInputTokens: inputTokens.cacheRead ?? 0,
    cacheWriteTokens: inputTokens.cacheWrite ?? 0,
    outputTokens: outputTokens.total,
    reasoningTokens: outputTokens.reasoning ?? 0,
    ...(raw && readRareCounts(raw)),
  };
}

/** What the AI SDK has no name for, as Anthropic and Google tell it. */
function readRareCounts(raw: JsonObject): ReturnType<typeof rareCounts> {
  const ofModality = (list: string, modality: string): unknown =>
    listAt(raw, list)
      .filter(isJsonObject)
      .find((detail) => detail['modality'] === modality)?.['tokenCount'];
  return rareCounts({
    cacheWriteHourTokens: valueAt(raw, ['cache_creation', 'ephemeral_1h_input_tokens']),
    audioInputTokens: ofModality('promptTokensDetails', 'AUDIO'),
    cachedAudioTokens: ofModality('cacheTokensDetails', 'AUDIO'),
    imageInputTokens: ofModality('promptTokensDetails', 'IMAGE'),
    audioOutputTokens: ofModality('candidatesTokensDetails', 'AUDIO'),
    imageOutputTokens: ofModality('candidatesTokensDetails', 'IMAGE'),
  });
}
