import type { RequestHandler } from 'express';
import type { Readiness } from '../../gateway/readiness.ts';

/** `GET /readyz`: whether requests should be sent here. Why not is told under `/admin/health`, to those who may know. */
export function readyz(readiness: () => Promise<Readiness>): RequestHandler {
  return async (_request, response) => {
    const { ready, store, ledger } = await readiness();
    response.status(ready ? 200 : 503).json({
      status: ready ? 'ready' : 'not ready',
      store: store.reachable ? 'reachable' : 'unreachable',
      ledger: ledger.writable ? 'writable' : 'unwritable',
    });
  };
}
