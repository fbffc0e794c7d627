import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { KeyAdministration } from '../../../gateway/administer-keys.ts';
import { GatewayError } from '../../../protocol/gateway-error.ts';
import { StoreUnavailable } from '../../../stores/store.ts';
import { contextOf } from '../../context.ts';

export interface KeyRooms {
  readonly keys: KeyAdministration;
}

const newKeyShape = z.strictObject({
  name: z.string(),
  attributes: z.record(z.string(), z.unknown()).default({}),
  expires: z.string().optional(),
});

const rotationShape = z.strictObject({ overlap: z.string().optional() });

type Keys = KeyAdministration;

/** `GET /admin/keys`: every key, and none of their texts. */
export function listKeys(keys: Keys): RequestHandler {
  return async (_request, response) => {
    answer(response, 200, { keys: await keys.list().catch(sayUnavailable) });
  };
}

/** `POST /admin/keys`: the only answer that holds the key. */
export function createKey(keys: Keys): RequestHandler {
  return async ({ body }, response) => {
    answer(response, 201, await keys.create(readBody(newKeyShape, body)).catch(sayUnavailable));
  };
}

/** `DELETE /admin/keys/NAME`: revoked for good, and still listed. */
export function revokeKey(keys: Keys): RequestHandler<{ name: string }> {
  return async ({ params }, response) => {
    answer(response, 200, await keys.revoke(params.name).catch(sayUnavailable));
  };
}

/** `POST /admin/keys/NAME/rotate`: another text for the key. */
export function rotateKey(keys: Keys): RequestHandler<{ name: string }> {
  return async ({ params, body }, response) => {
    const rotation = readBody(rotationShape, body ?? {});
    answer(response, 200, await keys.rotate(params.name, rotation).catch(sayUnavailable));
  };
}

function answer(response: Response, status: number, body: unknown): void {
  response.setHeader('x-request-id', contextOf(response).id);
  // Keys are shown once: no cache on the way may show them again.
  response.setHeader('cache-control', 'no-store');
  response.status(status).json(body);
}

/** An administrator may know where the store is and what is wrong with it. */
function sayUnavailable(error: unknown): never {
  if (error instanceof StoreUnavailable) throw new GatewayError('store_unavailable', error.message, { cause: error });
  throw error;
}

function readBody<Shape extends z.ZodType>(shape: Shape, body: unknown): z.output<Shape> {
  const read = shape.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const param = issue?.path.join('.') || null;
  const said =
    issue?.code === 'unrecognized_keys'
      ? `there is no field ${issue.keys.map((key) => `\`${key}\``).join(', ')}`
      : issue?.message;
  throw new GatewayError('invalid_request', `${param === null ? 'the body' : `\`${param}\``}: ${said}`, { param });
}
