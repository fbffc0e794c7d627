import type { Response } from 'express';
import type { RequestResult } from '../gateway/exchange.ts';
import type { Caller } from '../gateway/keys.ts';
import type { RunningSet } from '../gateway/running-set.ts';
import type { Settled } from '../gateway/spending.ts';
import { redactSecrets } from '../protocol/redact-secrets.ts';
import type { ErrorShape } from '../protocol/surface.ts';
import type { LeavingSignal } from '../providers/leaving.ts';

/** What is learnt of a request on its way, for its answer and for its line in the log. */
export interface RequestContext {
  readonly id: string;
  /** The gateway made the id: it is no caller's. */
  readonly isOwnId: boolean;
  /** Of the API that was called. */
  readonly errors: ErrorShape;
  /** What it is served with, to its end, whatever is swapped meanwhile. */
  readonly running: RunningSet;
  /** By the gateway's clock. */
  readonly startedAt: number;
  /** Aborts when the caller goes away before the answer is complete. */
  readonly signal: LeavingSignal;
  /** The gateway's own, and what the caller showed as keys: kept only to be taken out of whatever is said of the request. */
  readonly secrets: () => readonly string[];
  caller?: Caller;
  modelAsked?: string;
  result?: RequestResult;
  /** What the answer used, when it has ended. */
  settled?: Settled;
  /** What that cost, as it is read: written once for all who tell it. */
  writtenCost?: string;
  overheadMs?: number;
  /** The code of the error that was answered. */
  errorCode?: string;
}

/** What may be said of a request, to its caller or in the log: no secret that is known, and nothing that looks like one. */
export function withoutSecrets(text: string, { secrets }: Pick<RequestContext, 'secrets'>): string {
  return redactSecrets(text, secrets());
}

const key = 'llmpolicy';

export function putContext(response: Response, context: RequestContext): void {
  response.locals[key] = context;
}

export function contextOf(response: Response): RequestContext {
  return response.locals[key];
}
