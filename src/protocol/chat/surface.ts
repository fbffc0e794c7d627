import { readModelBody, requireMessages } from '../read-request.ts';
import type { Surface } from '../surface.ts';
import { openAiErrors } from './errors.ts';
import { describeChat } from './facts.ts';
import { chatDialect } from './native.ts';
import { chatParameters } from './parameters.ts';
import { parseChat } from './parse.ts';
import { renderChat } from './render.ts';
import { openChatStream } from './stream.ts';
import { chatTexts } from './texts.ts';

/** OpenAI's chat completions. */
export const chat: Surface = {
  name: 'chat',
  path: '/v1/chat/completions',
  readRequest(body) {
    const request = readModelBody('chat', body);
    requireMessages(request.body);
    return request;
  },
  describeBody: describeChat,
  statedFacts: [
    ['request.user', 'user'],
    ['request.temperature', 'temperature'],
    ['request.reasoning_effort', 'reasoning_effort'],
    ['request.max_output_tokens', 'max_completion_tokens'],
    ['request.max_output_tokens', 'max_tokens'],
  ],
  parameters: chatParameters,
  texts: chatTexts,
  errors: openAiErrors,
  ownHeaders: ['openai-beta'],
  native: chatDialect,
  translation: {
    kind: 'generation',
    idPrefix: 'chatcmpl-',
    parse: parseChat,
    render: renderChat,
    openStream: openChatStream,
  },
};
