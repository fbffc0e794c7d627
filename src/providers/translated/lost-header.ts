import type { SharedV4Warning } from '@ai-sdk/provider';
import type { ApiRequest } from '../../protocol/api-request.ts';
import { lostFields } from '../../protocol/field-fates.ts';

/** Names of the AI SDK's for what callers call otherwise. */
const fields: ReadonlyMap<string, string> = new Map([
  ['topK', 'top_k'],
  ['topP', 'top_p'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['stopSequences', 'stop'],
  ['seed', 'seed'],
  ['temperature', 'temperature'],
]);

/** Tells the caller which of the request's fields did not reach the model. */
export function lostHeader(
  { surface, body }: ApiRequest,
  warnings: readonly SharedV4Warning[],
): Readonly<Record<string, string>> {
  const unknown = warnings.flatMap((warning) =>
    warning.type === 'unsupported' ? (fields.get(warning.feature) ?? []) : [],
  );
  const lost = new Set([...lostFields(surface, body), ...unknown]);
  // Names come from the caller: what no header can hold is not worth repeating.
  const shown = [...lost].filter((field) => /^\w{1,64}$/.test(field));
  return shown.length === 0 ? {} : { 'x-llmpolicy-lost': shown.join(', ') };
}
