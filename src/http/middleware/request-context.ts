import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Clock } from '../../gateway/clock.ts';
import { redactSecrets } from '../../protocol/redact-secrets.ts';
import { putContext, type RequestContext } from '../context.ts';
import { errorShapeFor } from '../error-shape.ts';
import type { RecordRequest } from '../record-request.ts';
import { entryOf } from '../request-entry.ts';

/** An id that a caller chose is kept if it is one that no log and no header can trip over. */
const saneId = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** No key either: an id is repeated everywhere. */
function isSane(id: string): boolean {
  return saneId.test(id) && redactSecrets(id) === id;
}

/** Opens what is known of a request, and records it once, when its answer has ended or its caller has gone. */
export function requestContext(clock: Clock, record: RecordRequest): RequestHandler {
  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const id = typeof given === 'string' && isSane(given) ? given : randomUUID();
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
      record(entryOf(request, response, context, clock.now()), context.result?.decision);
    });
    next();
  };
}
