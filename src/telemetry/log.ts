import { type DestinationStream, destination, pino } from 'pino';
import type { CacheDone } from '../gateway/recorder.ts';
import type { GuardEntry } from '../ledger/ledger-entry.ts';
import type { SurfaceName } from '../protocol/api-request.ts';
import type { FailureClass } from '../protocol/failure.ts';
import { redactSecrets } from '../protocol/redact-secrets.ts';
import type { RestingKey } from '../protocol/resting-key.ts';
import type { Usage } from '../protocol/usage.ts';
import { requestMembers } from './request-line.ts';

/** What of the gateway was called; everything that it does not know is `other`. */
export type Endpoint = SurfaceName | 'count_tokens' | 'decide' | 'models' | 'admin' | 'other';

/** A call that was made, and where it failed, why: in the upstream's own words, secrets removed. */
export interface AttemptEntry {
  readonly model: string;
  readonly failure?: FailureClass;
  /** The HTTP status; null where no answer came. */
  readonly status?: number | null;
  readonly said?: string;
  readonly ms: number;
}

/** One request, as the log tells it. Only what is named here is ever logged: no header, no body, no key. */
export interface RequestEntry {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly endpoint: Endpoint;
  readonly status: number;
  /** What came of it; null where it did not get as far as a decision. */
  readonly outcome: string | null;
  /** The key's name. */
  readonly key: string | null;
  readonly modelAsked: string | null;
  readonly policy: string | null;
  readonly route: string | null;
  readonly modelServed: string | null;
  readonly attempts: readonly AttemptEntry[];
  readonly usage: Usage | null;
  readonly cost: string | null;
  readonly latencyMs: number;
  readonly overheadMs: number | null;
  /** Of a stream: from the request to its first event. */
  readonly firstTokenMs: number | null;
  /** The code of the error that was answered. */
  readonly error: string | null;
  /** What guards found; left out where nothing was. */
  readonly guards?: readonly GuardEntry[];
  /** What caches had to do with it; left out where nothing. */
  readonly cache?: CacheDone;
}

export interface Log {
  request(entry: RequestEntry): void;
  restingKey(entry: RestingKey): void;
  /** Something is not as the operator wants it, and the gateway goes on. */
  warning(why: string): void;
  /** Something of ours went wrong: the only place where a stack is shown. */
  bug(requestId: string, error: unknown): void;
}

/** Lines are gathered and written together: a write for each would cost more than the decision. */
const bufferedBytes = 16_000;
const flushEveryMs = 500;
/** Held at most while nobody reads standard output; lines beyond it are lost, and memory is not. */
const heldBytes = 16 * 1024 * 1024;

let second = 0;
let writtenSecond = '';

/** The time as pino wants it: all but the milliseconds is written once a second. */
function isoTime(): string {
  const now = Date.now();
  const milliseconds = now % 1000;
  if (now - milliseconds !== second) {
    second = now - milliseconds;
    writtenSecond = new Date(second).toISOString().slice(0, -'000Z'.length);
  }
  return `,"time":"${writtenSecond}${String(milliseconds).padStart(3, '0')}Z"`;
}

function standardOutput(): DestinationStream {
  return destination({
    dest: 1,
    sync: false,
    minLength: bufferedBytes,
    maxLength: heldBytes,
    periodicFlush: flushEveryMs,
  });
}

export function createLog(stream: DestinationStream = standardOutput()): Log {
  const options = {
    base: null,
    timestamp: isoTime,
    formatters: { level: (level: string) => ({ level }) },
  };
  const logger = pino(options, stream);
  return {
    // One for every request: written as pino would, in a fraction of the time.
    request: (entry) => stream.write(`{"level":"info"${isoTime()},${requestMembers(entry)},"msg":"request"}\n`),
    restingKey: (entry) => logger.warn(entry, 'key rests'),
    warning: (why) => logger.warn({ why }, 'not kept'),
    bug: (requestId, error) => logger.error({ requestId, stack: stackOf(error) }, 'bug'),
  };
}

function stackOf(error: unknown): string {
  return redactSecrets(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
