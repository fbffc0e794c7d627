import { replayStored } from '../cache/stored-answer.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import { cappedTo } from './planned-request.ts';
import type { CacheDone, RecordedRequest } from './recorder.ts';
import type { Found } from './request-cache.ts';
import type { Spending } from './spending.ts';

/** What is told of a request that a cache answers. */
export function cacheDone({ status, stored, similarity }: Found): CacheDone {
  const { of, model, cost } = stored;
  return { status, cached: { of, model, similarity, saved: cost ?? 0 } };
}

/** A stored answer as the answer of a request: it is held to what counts requests, and costs nothing. */
export function foundResult(
  { stored, planned }: Found,
  request: ApiRequest,
  spending: Spending,
  record: RecordedRequest,
) {
  let hasEnded = false;
  const end = () => {
    if (!hasEnded) {
      hasEnded = true;
      spending.end();
      record.used(undefined, 0);
    }
    return 0;
  };
  return {
    outcome: 'served',
    model: planned.model,
    answer: replayStored(stored),
    cappedTo: cappedTo(request, spending.decision, planned),
    inputTokens: Number(spending.facts.get('request.input_tokens') ?? 0),
    end,
  } as const;
}
