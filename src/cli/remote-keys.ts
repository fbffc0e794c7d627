import { z } from 'zod';
import type { IssuedKey, KeyAdministration, KeyView } from '../gateway/administer-keys.ts';
import { CommandError } from './exit.ts';

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
const errorShape = z.object({ error: z.object({ message: z.string() }) });

const longestWaitMs = 10_000;

/** The keys of a running gateway, over its `/admin/keys`. What it refuses ends the command with its words. */
export function remoteKeys(url: string, token: string): KeyAdministration {
  const base = URL.parse('admin/keys', url.endsWith('/') ? url : `${url}/`);
  if (base === null || !/^https?:$/.test(base.protocol)) throw new CommandError(`--url ${url} is not an address`);
  const ask = async <Shape extends z.ZodType>(shape: Shape, method: string, path = '', body?: unknown) => {
    const response = await fetch(`${base.href}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(longestWaitMs),
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      const why = error instanceof Error && error.name === 'TimeoutError' ? 'in time' : '';
      throw new CommandError(`${base.origin} does not answer ${why}`.trimEnd());
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) {
      const read = shape.safeParse(answer);
      if (read.success) return read.data as z.output<Shape>;
      throw new CommandError(`${base.origin} is no llmpolicy gateway that this version understands`);
    }
    const said = errorShape.safeParse(answer);
    const why = said.success ? said.data.error.message : `it answered ${response.status}`;
    throw new CommandError(`${base.origin} refused: ${why}`, 1);
  };
  const at = (name: string) => `/${encodeURIComponent(name)}`;
  return {
    create: (request): Promise<IssuedKey> => ask(issuedShape, 'POST', '', request),
    list: async (): Promise<readonly KeyView[]> => (await ask(listShape, 'GET')).keys,
    revoke: (name): Promise<KeyView> => ask(viewShape, 'DELETE', at(name)),
    rotate: (name, rotation): Promise<IssuedKey> => ask(issuedShape, 'POST', `${at(name)}/rotate`, rotation),
  };
}
