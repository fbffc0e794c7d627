import type { RequestHandler } from 'express';
import type { Readiness } from '../../gateway/readiness.ts';
import type { RequestGate } from '../../gateway/request-gate.ts';

/** `GET /readyz`: whether requests should be sent here. Why not is told under `/admin/health`, to those who may know. */
export function readyz(readiness: () => Promise<Readiness>, gate: Pick<RequestGate, 'isStopping'>): RequestHandler {
  return async (_request, response) => {
    const { ready, store, ledger } = await readiness();
    const status = gate.isStopping ? 'stopping' : ready ? 'ready' : 'not ready';
    response.status(status === 'ready' ? 200 : 503).json({
      status,
      store: store.reachable ? 'reachable' : 'unreachable',
      ledger: ledger.writable ? 'writable' : 'unwritable',
    });
  };
}
