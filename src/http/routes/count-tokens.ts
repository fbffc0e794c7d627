import type { RequestHandler } from 'express';
import { countTokens } from '../../gateway/count-tokens.ts';
import { surfaces } from '../../protocol/surfaces.ts';
import { contextOf } from '../context.ts';
import { exchangeOf } from './serve-surface.ts';

/** `POST /v1/messages/count_tokens`: what the first model of the plan counts; where it does not count, the gateway's own estimate. */
export const countTokensRoute: RequestHandler = async (request, response) => {
  const context = contextOf(response);
  const exchange = exchangeOf(surfaces.messages, request, context);
  const { tokens, isEstimate } = await countTokens(context.running.tools, exchange, context.signal);
  response.setHeader('x-request-id', context.id);
  if (isEstimate) response.setHeader('x-llmpolicy-estimate', 'input_tokens');
  response.json({ input_tokens: tokens });
};
