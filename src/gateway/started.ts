import type { Exchange, RequestTools } from './exchange.ts';
import type { ChargeStanding } from './meter.ts';
import type { RecordedRequest } from './recorder.ts';
import type { RequestGuards } from './request-guards.ts';
import type { ServedPolicy } from './served-policy.ts';
import type { Spending } from './spending.ts';

/** A request that has been decided, and taken down. */
export interface Started {
  readonly tools: RequestTools;
  readonly exchange: Exchange;
  readonly spending: Spending;
  readonly record: RecordedRequest;
  readonly standings: readonly ChargeStanding[];
  readonly guards: RequestGuards | undefined;
  readonly policy: ServedPolicy;
}
