import { inOrder } from '../cache/canonical-request.ts';
import type { Decision, Obligations } from '../decide/decision.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import { surfaces } from '../protocol/surfaces.ts';

/** What a request must say, and be, to be answered from a cache, or to be kept in one. */
export interface Cacheable {
  readonly request: ApiRequest;
  /** The `request.needs` of its facts. */
  readonly needs: unknown;
  /** The caller's `x-llmpolicy-cache`. */
  readonly asked: unknown;
}

/** Neither what the caller keeps out, nor what goes on from something that only an upstream remembers, or is to be remembered there. */
export function isCacheable({ request, needs, asked }: Cacheable): boolean {
  const { continues, body } = request;
  const isStateful = Array.isArray(needs) && needs.includes('stateful');
  return asked !== 'no-store' && continues === undefined && !isStateful && (body['container'] ?? null) === null;
}

/**
 * Who shares an answer: those of one policy and of the same values in its scope. The id of an answer that a caller can go on from is the
 * caller's own, so such an answer is nobody else's.
 */
export function scopeOf(
  { policy }: Pick<Decision, 'policy'>,
  { scope }: Pick<NonNullable<Obligations['cache']>, 'scope'>,
  { surface, body }: ApiRequest,
  caller: string,
): string {
  const isContinuable = surfaces[surface].native.continuableId !== undefined && body['store'] !== false;
  return JSON.stringify([policy.name, inOrder(scope), isContinuable ? caller : null]);
}
