import type { JSONObject } from '@ai-sdk/provider';
import type { GenerationRequest } from '../../protocol/generation-request.ts';

/** Thoughts are shown only to those who ask for them. */
export function geminiOptions({ reasoning }: GenerationRequest): JSONObject {
  if (reasoning === undefined || reasoning.effort === 'none') return {};
  const { budget } = reasoning;
  return { thinkingConfig: { includeThoughts: true, ...(budget !== undefined && { thinkingBudget: budget }) } };
}
