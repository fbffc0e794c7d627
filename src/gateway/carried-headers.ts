import type { SurfaceName } from '../protocol/api-request.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { RequestHeaders } from './collect-facts.ts';

/** Headers of the caller's that mean the same to every upstream. */
const forEveryone = ['idempotency-key', 'traceparent', 'tracestate'] as const;

const nothing: Readonly<Record<string, string>> = {};

const namesBySurface = new Map(
  Object.values(surfaces).map(({ name, ownHeaders }) => [name, [...forEveryone, ...ownHeaders]]),
);

/** What of a caller's headers goes on: only what is named here, never a cookie or a key. */
export function carriedHeaders(surface: SurfaceName, headers: RequestHeaders): Readonly<Record<string, string>> {
  let carried: Record<string, string> | undefined;
  for (const name of namesBySurface.get(surface) ?? []) {
    const value = headers[name];
    if (typeof value !== 'string') continue;
    carried ??= {};
    carried[name] = value;
  }
  return carried ?? nothing;
}
