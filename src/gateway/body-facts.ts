import { estimateTokens } from '../catalog/token-estimate.ts';
import type { FactKey } from '../decide/facts.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import type { BodyFacts } from '../protocol/body-facts.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { Value } from '../semantics/types.ts';

type PutFact = (key: FactKey, value: Value) => void;

/** What a request says of itself, apart from the values that have a type to be read by. */
export function putBodyFacts(
  { surface, model, stream, body, continues }: ApiRequest,
  { wantsPrompt, textTokens }: { readonly wantsPrompt: boolean; readonly textTokens: number | undefined },
  put: PutFact,
): void {
  const described = surfaces[surface].describeBody(body);
  const { messages, jsonOutput, needs, texts } = described;
  put('request.model', model);
  put('request.endpoint', surface);
  put('request.stream', stream);
  put('request.messages', messages);
  put('request.has_tools', needs.includes('tools'));
  put('request.has_images', needs.includes('vision'));
  put('request.has_audio', needs.includes('audio'));
  put('request.has_files', needs.includes('files'));
  put('request.json_output', jsonOutput);
  put('request.input_tokens', countBodyTokens(described, textTokens));
  put('request.needs', needs);
  if (continues !== undefined) put('request.continues', continues.model);
  if (wantsPrompt) put('request.prompt', texts.join('\n'));
}

/** About how many tokens a body has, for a model that reads it; `textTokens` are those of its texts, where they were counted. */
export function countBodyTokens(described: BodyFacts, textTokens = estimateTokens(textsOf(described))): number {
  return textTokens + described.mediaTokens;
}

/** All that a model reads as text. */
export function textsOf({ texts, overhead }: BodyFacts): readonly string[] {
  return [...texts, ...overhead];
}
