import type { RequestHandler } from 'express';
import { GatewayError } from '../../protocol/gateway-error.ts';
import { contextOf } from '../context.ts';

/** Lets in whoever has shown the admin token, after `authenticate`; for others there is nothing here. */
export const onlyAdmin: RequestHandler = (request, response, next) => {
  if (contextOf(response).caller?.admin) return next();
  throw new GatewayError('not_found', `there is nothing at \`${request.baseUrl}${request.path}\``);
};
