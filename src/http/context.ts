import type { Response } from 'express';
import type { RequestResult } from '../gateway/handle-request.ts';
import type { Caller } from '../gateway/keys.ts';
import type { ErrorShape } from '../protocol/surface.ts';
import type { Usage } from '../protocol/usage.ts';

/** What is learnt of a request on its way, for its answer and for its line in the log. */
export interface RequestContext {
  readonly id: string;
  /** Of the API that was called. */
  readonly errors: ErrorShape;
  /** By the gateway's clock. */
  readonly startedAt: number;
  /** Aborts when the caller goes away before the answer is complete. */
  readonly signal: AbortSignal;
  caller?: Caller;
  modelAsked?: string;
  result?: RequestResult;
  usage?: Usage | undefined;
  cost?: string | undefined;
  overheadMs?: number;
  /** The code of the error that was answered. */
  errorCode?: string;
}

const key = 'llmpolicy';

export function putContext(response: Response, context: RequestContext): void {
  response.locals[key] = context;
}

export function contextOf(response: Response): RequestContext {
  return response.locals[key];
}
