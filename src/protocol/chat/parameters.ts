import { listAt } from '../fields.ts';
import { inField, type Parameters, without } from '../parameters.ts';

export const chatParameters: Parameters = {
  writers: {
    temperature: inField('temperature'),
    top_p: inField('top_p'),
    service_tier: inField('service_tier'),
    reasoning_effort: inField('reasoning_effort'),
    max_output_tokens: (body, value) => {
      const stated = ['max_completion_tokens', 'max_tokens'].filter((field) => body[field] !== undefined);
      const fields = stated.length === 0 ? ['max_completion_tokens'] : stated;
      return { ...body, ...Object.fromEntries(fields.map((field) => [field, value])) };
    },
    tools: without('tools', 'tool_choice', 'parallel_tool_calls'),
    system: (body, value) => ({ ...body, messages: [{ role: 'system', content: value }, ...listAt(body, 'messages')] }),
  },
  outputLimits: ['max_completion_tokens', 'max_tokens'],
  choices: 'n',
};
