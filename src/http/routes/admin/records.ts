import express, { type Router } from 'express';
import { noticesRoute, type RequestsRoom, requestsRoute } from './requests.ts';
import { type UsageRoom, usageRoute } from './usage.ts';

export type RecordsRooms = UsageRoom & RequestsRoom;

/** What was used, asked and told, for those who have shown the admin token. */
export function recordsRouter(rooms: RecordsRooms): Router {
  const router = express.Router();
  router.get('/usage', usageRoute(rooms));
  router.get('/requests', requestsRoute(rooms));
  router.get('/notices', noticesRoute(rooms));
  return router;
}
