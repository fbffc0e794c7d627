import type { Request, RequestHandler } from 'express';
import { contextOf } from '../context.ts';

/** Before the body is read: a stranger's megabytes are not parsed. */
export const authenticate: RequestHandler = (request, response, next) => {
  const context = contextOf(response);
  const found = context.running.inventory.keys.identify(presentedKey(request), request.socket);
  if (!(found instanceof Promise)) {
    context.caller = found;
    return next();
  }
  return found.then((caller) => {
    context.caller = caller;
    next();
  });
};

/** The bearer key, or else `x-api-key`. Another scheme is a key that nobody has. */
function presentedKey({ headers }: Request): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) return authorization.replace(/^Bearer[ ]+/i, '');
  const key = headers['x-api-key'];
  return typeof key === 'string' ? key : undefined;
}
