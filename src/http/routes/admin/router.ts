import express, { type RequestHandler, type Router, text } from 'express';
import type { PolicyAdministration } from '../../../gateway/administer-policies.ts';
import { GatewayError } from '../../../protocol/gateway-error.ts';
import { jsonBody } from '../../middleware/body.ts';
import { type AdminHealth, healthRoute } from './health.ts';
import { createKey, listKeys, revokeKey, rotateKey } from './keys.ts';
import { listVersions, pushPolicy, rollbackPolicy, showPolicy } from './policies.ts';
import { type RecordsRooms, recordsRouter } from './records.ts';

/** Nothing else that an administrator says here is long. */
const maxBodyBytes = 100_000;
/** A policy of ten thousand rules with its layers, or compiled. */
const maxPolicyBytes = 10_000_000;

export interface AdminRooms {
  readonly policies: PolicyAdministration;
  readonly health: AdminHealth;
  readonly records: RecordsRooms;
}

/** `/admin/*`, one room after the other. Whoever comes here has shown the admin token. */
export function adminRouter(admin: RequestHandler, { policies, health, records }: AdminRooms): Router {
  const router = express.Router();
  const body = jsonBody(maxBodyBytes);
  router.use(admin);
  router.get('/health', healthRoute(health));
  router.get('/keys', listKeys);
  router.post('/keys', body, createKey);
  router.delete('/keys/:name', revokeKey);
  router.post('/keys/:name/rotate', body, rotateKey);
  router.get('/policy', showPolicy(policies));
  router.put('/policy', text({ limit: maxPolicyBytes, type: () => true }), pushPolicy(policies));
  router.post('/policy/rollback', body, rollbackPolicy(policies));
  router.get('/policies', listVersions(policies));
  router.use(recordsRouter(records));
  router.use(({ method, baseUrl, path }) => {
    throw new GatewayError('not_found', `there is nothing at \`${method} ${baseUrl}${path}\``);
  });
  return router;
}
