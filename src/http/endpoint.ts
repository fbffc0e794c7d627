import { surfaces } from '../protocol/surfaces.ts';
import type { Endpoint } from '../telemetry/request-entry.ts';

const endpoints: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ...Object.values(surfaces).map(({ path, name }) => [path, name] as const),
  ['/v1/messages/count_tokens', 'count_tokens'],
  ['/v1/decide', 'decide'],
  ['/v1/models', 'models'],
]);

/** What is at a path. However many paths are tried, there are only so many endpoints. */
export function endpointAt(path: string): Endpoint {
  const known = endpoints.get(path);
  if (known !== undefined) return known;
  return path === '/admin' || path.startsWith('/admin/') ? 'admin' : 'other';
}
