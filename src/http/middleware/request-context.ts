import type { RequestHandler } from 'express';
import type { Clock } from '../../gateway/clock.ts';
import { createId } from '../../gateway/create-id.ts';
import type { Running } from '../../gateway/running.ts';
import { GatewayError } from '../../protocol/gateway-error.ts';
import { redactSecrets } from '../../protocol/redact-secrets.ts';
import { Leaving } from '../../providers/leaving.ts';
import { putContext, type RequestContext } from '../context.ts';
import { errorShapeFor } from '../error-shape.ts';
import { shownSecrets } from '../known-secrets.ts';
import type { RecordRequest } from '../record-request.ts';
import { endRecord, entryOf } from '../request-entry.ts';

/** An id that a caller chose is kept if it is one that no log and no header can trip over, and no secret: it is repeated everywhere. */
const saneId = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

function noHost(): GatewayError {
  return new GatewayError('invalid_request', 'a request must name its host: `Host: …`');
}

/** Opens what is known of a request, and records it once, when its answer has ended or its caller has gone. */
export function requestContext(running: Running, clock: Clock, record: RecordRequest): RequestHandler {
  return (request, response, next) => {
    const set = running.take();
    const secrets = () => [...set.inventory.secrets, ...shownSecrets(request.headers)];
    const given = request.headers['x-request-id'];
    const isOwnId = typeof given !== 'string' || !saneId.test(given) || redactSecrets(given, secrets()) !== given;
    const caller = new Leaving();
    const context: RequestContext = {
      id: isOwnId ? createId(clock.wallNow()) : given,
      isOwnId,
      errors: errorShapeFor(request),
      running: set,
      startedAt: clock.now(),
      signal: caller,
      secrets,
    };
    putContext(response, context);
    const takeDown = (now: number) => {
      const entry = entryOf(request, response, context, now);
      record(entry, context.result?.decision);
      endRecord(context, entry.outcome, now);
      running.leave(set);
    };
    response.on('close', () => {
      const now = clock.now();
      if (response.writableFinished) return takeDown(now);
      caller.abort();
      // What its caller left of an answer is settled in this turn: the log and the metrics tell that too.
      setImmediate(takeDown, now);
    });
    next(request.headers.host === undefined && request.httpVersion !== '1.0' ? noHost() : undefined);
  };
}
