import { openAiErrors } from '../chat/errors.ts';
import { typedEvent } from '../sse.ts';
import type { ErrorShape } from '../surface.ts';

/** As OpenAI's other errors, but an event of its own in a stream. */
export const responsesErrors: ErrorShape = {
  render: openAiErrors.render,
  event: ({ code, message, param }) => typedEvent({ type: 'error', code, message, param, sequence_number: 0 }),
};
