import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { GatewayError } from '../../protocol/gateway-error.ts';
import type { Log } from '../../telemetry/log.ts';
import { contextOf, withoutSecrets } from '../context.ts';
import { requestError } from './body-errors.ts';

/** The last middleware: whatever was thrown becomes an error of the API that was called, and no stack is shown. */
export function errors(log: Log): ErrorRequestHandler {
  return (thrown: unknown, _request, response, _next) => {
    const context = contextOf(response);
    const error = toGatewayError(thrown);
    if (error.kind === 'internal_error') log.bug(context.id, thrown);
    // After the first byte nothing else can be said than that the answer is not whole.
    if (response.headersSent) response.destroy();
    else sendError(response, error);
  };
}

/** `more`: what the body has beside the error. */
export function sendError(response: Response, error: GatewayError, more?: object): void {
  const context = contextOf(response);
  context.errorCode = error.code;
  response.setHeader('x-request-id', context.id);
  if (error.retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(error.retryAfterMs / 1000));
  if (isFutile(error)) response.setHeader('x-should-retry', 'false');
  const rendered = context.errors.render(error, context.caller?.debug === true);
  const body = JSON.stringify(more === undefined ? rendered : Object.assign(more, rendered));
  response.status(error.status).type('json').send(withoutSecrets(body, context));
}

/** The longest that official clients wait by themselves. */
const longestWaitMs = 60_000;

/**
 * Official clients try again by themselves after 408, 409, 429 and every 5xx, on top of what the plan has tried already, unless they are
 * told that it cannot help them.
 */
function isFutile({ status, retryable, retryAfterMs }: GatewayError): boolean {
  if (status === 429) return retryAfterMs === undefined || retryAfterMs > longestWaitMs;
  return status === 402 || (!retryable && (status >= 500 || status === 408 || status === 409));
}

function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const known = requestError(thrown);
  if (known !== undefined) return known;
  return new GatewayError('internal_error', 'something went wrong in the gateway; the log has more, by the request id');
}

/** What is at a path is asked in another way. */
export function onlyBy(allowed: string): RequestHandler {
  return ({ method, path }, response) => {
    response.setHeader('allow', allowed);
    throw new GatewayError('method_not_allowed', `\`${path}\` takes ${allowed}, not ${method}`);
  };
}

/** No route took the request. */
export const unknownPath: RequestHandler = (request) => {
  const { method, path } = request;
  if (path.startsWith('/v1/')) {
    throw new GatewayError('endpoint_not_supported', `this gateway does not serve \`${method} ${path}\``);
  }
  throw new GatewayError('not_found', `there is nothing at \`${path}\``);
};
