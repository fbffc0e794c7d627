import { objectAt } from '../fields.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { inField, type Parameters, without } from '../parameters.ts';

/** Anthropic's words for effort; no effort is thinking switched off. */
const efforts: Readonly<Record<string, string>> = { minimal: 'low', xhigh: 'max' };

function setEffort(body: JsonObject, value: JsonValue): JsonObject {
  if (value === 'none') return { ...without('output_config')(body, value), thinking: { type: 'disabled' } };
  const effort = efforts[String(value)] ?? value;
  return { ...body, output_config: { ...objectAt(body, 'output_config'), effort } };
}

function prependSystem(body: JsonObject, value: JsonValue): JsonObject {
  const { system } = body;
  if (typeof system === 'string') return { ...body, system: `${value}\n\n${system}` };
  return { ...body, system: Array.isArray(system) ? [{ type: 'text', text: value }, ...system] : value };
}

export const messagesParameters: Parameters = {
  writers: {
    temperature: inField('temperature'),
    top_p: inField('top_p'),
    service_tier: inField('service_tier'),
    reasoning_effort: setEffort,
    max_output_tokens: inField('max_tokens'),
    tools: without('tools', 'tool_choice'),
    system: prependSystem,
  },
  outputLimits: ['max_tokens'],
};
