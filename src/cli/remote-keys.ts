import { z } from 'zod';
import type { IssuedKey, KeyAdministration, KeyView } from '../gateway/administer-keys.ts';
import { openAdminDoor } from './admin-door.ts';

const viewShape = z.object({
  name: z.string(),
  source: z.enum(['config', 'store']),
  state: z.enum(['active', 'expired', 'revoked', 'overruled']),
  hash: z.string(),
  attributes: z.record(z.string(), z.unknown()),
  createdAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
  overlapUntil: z.string().nullable(),
});
const issuedShape = viewShape.extend({ key: z.string() });
const listShape = z.object({ keys: z.array(viewShape) });
/** The keys of a running gateway, over its `/admin/keys`. What it refuses ends the command with its words. */
export function remoteKeys(url: string): KeyAdministration {
  const ask = openAdminDoor(url);
  const at = (name: string) => `keys/${encodeURIComponent(name)}`;
  return {
    create: (request): Promise<IssuedKey> => ask(issuedShape, 'POST', 'keys', request),
    list: async (): Promise<readonly KeyView[]> => (await ask(listShape, 'GET', 'keys')).keys,
    revoke: (name): Promise<KeyView> => ask(viewShape, 'DELETE', at(name)),
    rotate: (name, rotation): Promise<IssuedKey> => ask(issuedShape, 'POST', `${at(name)}/rotate`, rotation),
  };
}
