import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Clock } from '../../gateway/clock.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { GatewayError } from '../../protocol/gateway-error.ts';
import { StoreUnavailable } from '../../stores/store.ts';
import { contextOf } from '../context.ts';

const longestLabel = 256;

const feedbackShape = z.strictObject({
  request_id: z.string().min(1).max(128),
  score: z.number().finite().min(-1e9).max(1e9),
  label: z.string().max(longestLabel).optional(),
});

/** `POST /v1/feedback`: what the caller thinks of an answer that was given to its own key, kept beside it. */
export function feedbackRoute(ledger: Pick<Ledger, 'rate'>, clock: Clock): RequestHandler {
  return async (request, response) => {
    const { caller, id } = contextOf(response);
    if (caller === undefined) throw new Error('a request came past `authenticate`');
    const read = feedbackShape.safeParse(request.body);
    if (!read.success) {
      throw new GatewayError(
        'invalid_request',
        `send { "request_id": "…", "score": number, "label"?: text of ${longestLabel} characters at most }`,
        { param: String(read.error.issues[0]?.path[0] ?? '') || null },
      );
    }
    const { request_id: requestId, score, label = null } = read.data;
    const key = caller.admin ? null : caller.name;
    const answer = await ledger.rate({ requestId, key, score, label, at: clock.wallNow() }).catch(unavailable);
    if (answer === 'unknown') {
      throw new GatewayError('not_found', `no request \`${requestId}\` of this key is in the ledger`);
    }
    if (answer === 'full') throw new GatewayError('invalid_request', 'enough has been said of this request');
    response.setHeader('x-request-id', id);
    response.status(201).json({ request_id: requestId, kept: true });
  };
}

/** A ledger that does not answer, as an error towards the caller. */
export function unavailable(error: unknown): never {
  if (!(error instanceof StoreUnavailable)) throw error;
  throw new GatewayError('ledger_unavailable', 'the gateway’s records cannot be reached now', { retryAfterMs: 1000 });
}
