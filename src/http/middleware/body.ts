import { json, type RequestHandler } from 'express';

/** Reads the body as JSON whatever type it claims, as upstreams do; what goes wrong is told in `errors`. */
export function jsonBody(maxBytes: number): RequestHandler {
  return json({ limit: maxBytes, type: () => true, strict: false });
}
