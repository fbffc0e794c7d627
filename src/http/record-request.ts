import type { Decision } from '../decide/decision.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { RequestEntry } from '../telemetry/request-entry.ts';

/** Takes a request down when its answer has ended: the one place from which logs and metrics hear of it. */
export type RecordRequest = (entry: RequestEntry, decision: Decision | undefined) => void;

export function recordRequests(log: Log, metrics: Metrics): RecordRequest {
  return (entry, decision) => {
    log.request(entry);
    metrics.request(entry, decision);
  };
}
