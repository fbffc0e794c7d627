import { wrongField } from '../fields.ts';
import { GatewayError } from '../gateway-error.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { readModelBody } from '../read-request.ts';
import type { Surface } from '../surface.ts';
import { responsesErrors } from './errors.ts';
import { describeResponses } from './facts.ts';
import { responsesDialect } from './native.ts';
import { responsesParameters } from './parameters.ts';
import { parseResponses } from './parse.ts';
import { renderResponse } from './render.ts';
import { openResponseStream } from './stream.ts';
import { responsesTexts } from './texts.ts';

/** OpenAI's responses. */
export const responses: Surface = {
  name: 'responses',
  path: '/v1/responses',
  readRequest(body) {
    const request = readModelBody('responses', body);
    requireInput(request.body);
    refuseAbsent(request.body);
    return request;
  },
  describeBody: describeResponses,
  statedFacts: [
    ['request.user', 'safety_identifier'],
    ['request.user', 'user'],
    ['request.temperature', 'temperature'],
    ['request.reasoning_effort', 'reasoning.effort'],
    ['request.max_output_tokens', 'max_output_tokens'],
  ],
  parameters: responsesParameters,
  texts: responsesTexts,
  errors: responsesErrors,
  continuedId: ({ previous_response_id: id }) => (typeof id === 'string' ? id : undefined),
  ownHeaders: ['openai-beta'],
  native: responsesDialect,
  translation: {
    kind: 'generation',
    idPrefix: 'resp_',
    parse: parseResponses,
    render: renderResponse,
    openStream: openResponseStream,
  },
};

/** A stored prompt may bring its own input. */
function requireInput({ input, prompt }: JsonObject): void {
  const isList = Array.isArray(input) && input.every(isJsonObject);
  if (typeof input !== 'string' && !isList && !(input === undefined && isJsonObject(prompt))) {
    throw wrongField('input', 'text, or a list of items');
  }
}

/** What would have to be fetched, or made, at endpoints that this gateway does not serve. */
function refuseAbsent(body: JsonObject): void {
  if (body['background'] === true) {
    throw unserved('background', 'its answer would have to be fetched from `GET /v1/responses/{id}`');
  }
  if (body['conversation'] !== undefined && body['conversation'] !== null) {
    throw unserved('conversation', 'a conversation is made at `/v1/conversations`');
  }
}

function unserved(param: string, why: string): GatewayError {
  const message = `\`${param}\` cannot be used here: ${why}, which this gateway does not serve`;
  return new GatewayError('invalid_request', message, { param });
}
