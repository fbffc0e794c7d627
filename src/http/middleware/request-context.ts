import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Clock } from '../../gateway/clock.ts';
import type { Log } from '../../telemetry/log.ts';
import { putContext, type RequestContext } from '../context.ts';
import { errorShapeFor } from '../error-shape.ts';
import { endRecord, entryOf } from '../request-entry.ts';

/** An id that a caller chose is kept if it is one that no log and no header can trip over. */
const saneId = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** Opens what is known of a request, and logs it once, when its answer has ended or its caller has gone. */
export function requestContext(clock: Clock, log: Log): RequestHandler {
  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const id = typeof given === 'string' && saneId.test(given) ? given : randomUUID();
    const abandoned = new AbortController();
    const context: RequestContext = {
      id,
      errors: errorShapeFor(request),
      startedAt: clock.now(),
      signal: abandoned.signal,
    };
    putContext(response, context);
    response.once('close', () => {
      if (!response.writableFinished) abandoned.abort();
      const now = clock.now();
      const entry = entryOf(request, response, context, now);
      log.request(entry);
      endRecord(context, entry.outcome, now);
    });
    next();
  };
}
