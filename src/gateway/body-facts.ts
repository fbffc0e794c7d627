import { estimateTokens } from '../catalog/token-estimate.ts';
import type { FactKey } from '../decide/facts.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { Value } from '../semantics/types.ts';

type PutFact = (key: FactKey, value: Value) => void;

/** What a request says of itself, apart from the values that have a type to be read by. */
export function putBodyFacts({ surface, model, stream, body, continues }: ApiRequest, wantsPrompt: boolean, put: PutFact): void {
  const { messages, jsonOutput, needs, texts, overhead } = surfaces[surface].describeBody(body);
  put('request.model', model);
  put('request.endpoint', surface);
  put('request.stream', stream);
  put('request.messages', messages);
  put('request.has_tools', needs.includes('tools'));
  put('request.has_images', needs.includes('vision'));
  put('request.has_audio', needs.includes('audio'));
  put('request.has_files', needs.includes('files'));
  put('request.json_output', jsonOutput);
  put('request.input_tokens', countTokens(texts) + countTokens(overhead));
  put('request.needs', needs);
  if (continues !== undefined) put('request.continues', continues.model);
  if (wantsPrompt) put('request.prompt', texts.join('\n'));
}

function countTokens(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + estimateTokens(text), 0);
}
