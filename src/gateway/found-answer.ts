import { replayStored } from '../cache/stored-answer.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import type { Usage } from '../protocol/usage.ts';
import { cappedTo } from './planned-request.ts';
import type { CacheDone, RecordedRequest } from './recorder.ts';
import type { Found } from './request-cache.ts';
import type { Written } from './sent-text.ts';
import type { Settled, Spending } from './spending.ts';

/** What is told of a request that a cache answers. */
export function cacheDone({ status, stored, similarity }: Found): CacheDone {
  const { of, model, cost } = stored;
  return { status, cached: { of, model, similarity, saved: cost ?? 0 } };
}

/** Whoever answers from a cache asks no model. */
const nothingUsed: Settled = {
  usage: { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 },
  doubt: null,
  cost: 0,
};

/** A stored answer as the answer of a request: it is held to what counts requests, and costs nothing. */
export function foundResult(
  { stored, planned }: Found,
  request: ApiRequest,
  spending: Spending,
  record: RecordedRequest,
) {
  let hasEnded = false;
  const end = (_told: Usage | undefined, _written: Written): Settled => {
    if (!hasEnded) {
      hasEnded = true;
      spending.end();
      record.used(nothingUsed);
    }
    return nothingUsed;
  };
  const capped = cappedTo(request, spending.decision, planned);
  return { outcome: 'served', model: planned.model, answer: replayStored(stored), cappedTo: capped, end } as const;
}
