import type { RequestHandler } from 'express';
import type { PolicyStatus } from '../../gateway/policy-status.ts';
import type { Readiness } from '../../gateway/readiness.ts';
import type { RequestGate } from '../../gateway/request-gate.ts';

/**
 * `GET /readyz`: whether requests should be sent here. It is, too, with a policy
 * that is `behind`: what the store has cannot be served here, and the version before is. Why is told under `/admin/health`, to those who may know.
 */
export function readyz(
  readiness: () => Promise<Readiness>,
  policies: () => readonly PolicyStatus[],
  gate: Pick<RequestGate, 'isStopping'>,
): RequestHandler {
  return async (_request, response) => {
    const { ready, store, ledger } = await readiness();
    const status = gate.isStopping ? 'stopping' : ready ? 'ready' : 'not ready';
    response.status(status === 'ready' ? 200 : 503).json({
      status,
      store: store.reachable ? 'reachable' : 'unreachable',
      ledger: ledger.writable ? 'writable' : 'unwritable',
      policies: policies().map(({ name, digest, origin, differ, problem }) => ({
        name,
        digest,
        origin,
        differ,
        behind: problem !== null,
      })),
    });
  };
}
