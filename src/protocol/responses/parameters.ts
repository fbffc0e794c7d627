import { objectAt, textAt } from '../fields.ts';
import { inField, type Parameters, without } from '../parameters.ts';

export const responsesParameters: Parameters = {
  writers: {
    temperature: inField('temperature'),
    top_p: inField('top_p'),
    service_tier: inField('service_tier'),
    reasoning_effort: (body, value) => ({ ...body, reasoning: { ...objectAt(body, 'reasoning'), effort: value } }),
    max_output_tokens: inField('max_output_tokens'),
    tools: without('tools', 'tool_choice', 'parallel_tool_calls', 'max_tool_calls'),
    system: (body, value) => {
      const own = textAt(body, 'instructions');
      return { ...body, instructions: own === undefined ? value : `${value}\n\n${own}` };
    },
  },
  outputLimits: ['max_output_tokens'],
};
