import express, { type RequestHandler, type Router } from 'express';
import { GatewayError } from '../../../protocol/gateway-error.ts';
import { jsonBody } from '../../middleware/body.ts';
import { type AdminHealth, healthRoute } from './health.ts';
import { createKey, type KeyRooms, listKeys, revokeKey, rotateKey } from './keys.ts';
import { type RecordsRooms, recordsRouter } from './records.ts';

/** Nothing that an administrator says here is long. */
const maxBodyBytes = 100_000;

export interface AdminRooms extends KeyRooms {
  readonly health: AdminHealth;
  readonly records: RecordsRooms;
}

/** `/admin/*`, one room after the other. Whoever comes here has shown the admin token. */
export function adminRouter(admin: RequestHandler, { keys, health, records }: AdminRooms): Router {
  const router = express.Router();
  const body = jsonBody(maxBodyBytes);
  router.use(admin);
  router.get('/health', healthRoute(health));
  router.get('/keys', listKeys(keys));
  router.post('/keys', body, createKey(keys));
  router.delete('/keys/:name', revokeKey(keys));
  router.post('/keys/:name/rotate', body, rotateKey(keys));
  router.use(recordsRouter(records));
  router.use(({ method, baseUrl, path }) => {
    throw new GatewayError('not_found', `there is nothing at \`${method} ${baseUrl}${path}\``);
  });
  return router;
}
