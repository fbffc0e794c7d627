import type { RequestHandler } from 'express';
import type { ModelStanding } from '../../../gateway/model-health.ts';
import type { PolicyStatus } from '../../../gateway/policy-status.ts';
import type { Readiness } from '../../../gateway/readiness.ts';
import type { RequestGate } from '../../../gateway/request-gate.ts';
import { contextOf } from '../../context.ts';

export interface AdminHealth {
  readonly version: string;
  readiness(): Promise<Readiness>;
  readonly gate: Pick<RequestGate, 'running' | 'waiting' | 'isStopping'>;
  /** Why the ledger could not be written when it was last tried; undefined where it could. */
  ledgerProblem(): string | undefined;
  policies(): readonly PolicyStatus[];
  uptimeMs(): number;
  models(): readonly ModelStanding[];
}

/** `GET /admin/health`: what runs here, and what is wrong with it. */
export function healthRoute({
  version,
  readiness,
  gate,
  ledgerProblem,
  policies,
  uptimeMs,
  models,
}: AdminHealth): RequestHandler {
  return async (_request, response) => {
    const { ready, store } = await readiness();
    const all = policies().map(({ name, digest, origin, differ, problem }) => ({
      name,
      digest,
      origin,
      differ,
      problem,
    }));
    const why = ledgerProblem();
    response.setHeader('x-request-id', contextOf(response).id);
    response.json({
      status: gate.isStopping ? 'stopping' : ready ? 'ready' : 'not ready',
      version,
      uptimeSeconds: Math.floor(uptimeMs() / 1000),
      requests: { running: gate.running, waiting: gate.waiting },
      policy: all.at(-1),
      policies: all,
      store,
      models: models(),
      ledger: why === undefined ? { writable: true } : { writable: false, why },
    });
  };
}
