import { estimateTokens } from '../catalog/token-estimate.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import type { BodyFacts } from '../protocol/body-facts.ts';
import { surfaces } from '../protocol/surfaces.ts';
import { maxCount } from '../semantics/types.ts';
import type { CollectedFacts } from './collected-facts.ts';

/** What a request says of itself, apart from the values that have a type to be read by. */
export function putBodyFacts(
  { surface, model, stream, body, continues }: ApiRequest,
  { wantsPrompt, textTokens }: { readonly wantsPrompt: boolean; readonly textTokens: number | undefined },
  facts: CollectedFacts,
): void {
  const described = surfaces[surface].describeBody(body);
  const { messages, jsonOutput, needs, texts } = described;
  facts.set('request.model', model);
  facts.set('request.endpoint', surface);
  facts.set('request.stream', stream);
  facts.set('request.messages', Math.min(messages, maxCount));
  facts.set('request.has_tools', needs.includes('tools'));
  facts.set('request.has_images', needs.includes('vision'));
  facts.set('request.has_audio', needs.includes('audio'));
  facts.set('request.has_files', needs.includes('files'));
  facts.set('request.json_output', jsonOutput);
  facts.set('request.input_tokens', Math.min(countBodyTokens(described, textTokens), maxCount));
  facts.set('request.needs', needs);
  if (continues !== undefined) facts.set('request.continues', continues.model);
  if (wantsPrompt) facts.set('request.prompt', texts.join('\n'));
}

/** About how many tokens a body has, for a model that reads it; `textTokens` are those of its texts, where they were counted. */
export function countBodyTokens(described: BodyFacts, textTokens = estimateTokens(textsOf(described))): number {
  return textTokens + described.mediaTokens;
}

/** All that a model reads as text. */
export function textsOf({ texts, overhead }: BodyFacts): readonly string[] {
  return [...texts, ...overhead];
}
