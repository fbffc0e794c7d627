import type { RequestHandler } from 'express';
import type { Clock } from '../../../gateway/clock.ts';
import { instantHelp, readInstant } from '../../../gateway/read-instant.ts';
import { dimensionsText, isDimension, readUsage } from '../../../gateway/read-usage.ts';
import { GatewayError } from '../../../protocol/gateway-error.ts';
import type { SumStore } from '../../../stores/sum-store.ts';
import { unavailable } from '../feedback.ts';

export interface UsageRoom {
  readonly sums: SumStore;
  readonly clock: Clock;
  readonly currency: string;
}

const defaultSpanMs = 30 * 86_400_000;

/** `GET /admin/usage?by=team&since=7d&until=…`: what was used, from the hourly sums. */
export function usageRoute({ sums, clock, currency }: UsageRoom): RequestHandler {
  return async ({ query }, response) => {
    const { by } = query;
    if (by !== undefined && !(typeof by === 'string' && isDimension(by))) {
      throw new GatewayError('invalid_request', `\`by\` is one of ${dimensionsText}`, { param: 'by' });
    }
    const now = clock.wallNow();
    const since = instantOf('since', query['since'], now, now - defaultSpanMs);
    const until = instantOf('until', query['until'], now, now);
    response.json(await readUsage(sums, { since, until, by: by ?? null }, currency).catch(unavailable));
  };
}

/** An instant of a query, in milliseconds since 1970. */
export function instantOf(name: string, written: unknown, now: number, absent: number): number {
  if (written === undefined) return absent;
  const instant = readInstant(String(written), now);
  if (instant !== undefined) return instant;
  throw new GatewayError('invalid_request', `\`${name}\` is no time: ${instantHelp}`, { param: name });
}
