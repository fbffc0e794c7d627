import { readModelBody, requireMessages } from '../read-request.ts';
import type { Surface } from '../surface.ts';
import { anthropicErrors } from './errors.ts';
import { describeMessages } from './facts.ts';
import { messagesDialect } from './native.ts';
import { messagesParameters } from './parameters.ts';
import { parseMessages } from './parse.ts';
import { renderMessage } from './render.ts';
import { openMessageStream } from './stream.ts';
import { messagesTexts } from './texts.ts';

/** Anthropic's messages. */
export const messages: Surface = {
  name: 'messages',
  path: '/v1/messages',
  readRequest(body) {
    const request = readModelBody('messages', body);
    requireMessages(request.body);
    return request;
  },
  describeBody: describeMessages,
  statedFacts: [
    ['request.user', 'metadata.user_id'],
    ['request.temperature', 'temperature'],
    ['request.reasoning_effort', 'output_config.effort'],
    ['request.max_output_tokens', 'max_tokens'],
  ],
  parameters: messagesParameters,
  texts: messagesTexts,
  errors: anthropicErrors,
  ownHeaders: ['anthropic-beta'],
  native: messagesDialect,
  translation: {
    kind: 'generation',
    idPrefix: 'msg_',
    parse: parseMessages,
    render: renderMessage,
    openStream: openMessageStream,
  },
};
