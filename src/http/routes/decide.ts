import type { RequestHandler } from 'express';
import { handleRequest } from '../../gateway/handle-request.ts';
import { guessSurface } from '../../protocol/guess-surface.ts';
import { answerHeaders, setHeaders } from '../answer-headers.ts';
import { contextOf } from '../context.ts';
import { exchangeOf, sendOutcome } from './serve-surface.ts';

/** `POST /v1/decide`: what would be decided of a body of any of the APIs. Nobody is called. */
export const decideRoute: RequestHandler = async (request, response) => {
  const context = contextOf(response);
  const surface = guessSurface(request.body, request.headers['x-llmpolicy-endpoint']);
  const exchange = { ...exchangeOf(surface, request, context), dryRun: true };
  const result = await handleRequest(context.running.tools, exchange, context.signal);
  context.result = result;
  if (result.outcome === 'served') throw new Error('a dry run was served');
  setHeaders(response, answerHeaders(context.id, result, 0));
  sendOutcome(result, response, exchange.caller);
};
