import type { RequestHandler } from 'express';

/** `GET /healthz`: the process is alive and answers. */
export const healthz: RequestHandler = (_request, response) => {
  response.json({ status: 'ok' });
};
