import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { KeyAdministration } from '../../../gateway/administer-keys.ts';
import { GatewayError } from '../../../protocol/gateway-error.ts';
import { StoreUnavailable } from '../../../stores/store.ts';
import { contextOf } from '../../context.ts';
import { answer, readBody } from './answer.ts';

const newKeyShape = z.strictObject({
  name: z.string(),
  attributes: z.record(z.string(), z.unknown()).default({}),
  expires: z.string().optional(),
});

const rotationShape = z.strictObject({ overlap: z.string().optional() });

/** Of the config that the request began with. */
function keysOf(response: Response): KeyAdministration {
  return contextOf(response).running.inventory.administration;
}

/** `GET /admin/keys`: every key, and none of their texts. */
export const listKeys: RequestHandler = async (_request, response) => {
  answer(response, 200, { keys: await keysOf(response).list().catch(sayUnavailable) });
};

/** `POST /admin/keys`: the only answer that holds the key. */
export const createKey: RequestHandler = async ({ body }, response) => {
  answer(response, 201, await keysOf(response).create(readBody(newKeyShape, body)).catch(sayUnavailable));
};

/** `DELETE /admin/keys/NAME`: revoked for good, and still listed. */
export const revokeKey: RequestHandler<{ name: string }> = async ({ params }, response) => {
  answer(response, 200, await keysOf(response).revoke(params.name).catch(sayUnavailable));
};

/** `POST /admin/keys/NAME/rotate`: another text for the key. */
export const rotateKey: RequestHandler<{ name: string }> = async ({ params, body }, response) => {
  const rotation = readBody(rotationShape, body ?? {});
  answer(response, 200, await keysOf(response).rotate(params.name, rotation).catch(sayUnavailable));
};

/** An administrator may know where the store is and what is wrong with it. */
function sayUnavailable(error: unknown): never {
  if (error instanceof StoreUnavailable) throw new GatewayError('store_unavailable', error.message, { cause: error });
  throw error;
}
