import type { Response } from 'express';
import type { RequestResult } from '../gateway/handle-request.ts';
import type { Caller } from '../gateway/keys.ts';
import { redactSecrets } from '../protocol/redact-secrets.ts';
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
  /** The key that the caller showed: a secret, kept only to be taken out of whatever is said of the request. */
  presented?: string | undefined;
  caller?: Caller;
  modelAsked?: string;
  result?: RequestResult;
  usage?: Usage | undefined;
  cost?: string | undefined;
  overheadMs?: number;
  /** The code of the error that was answered. */
  errorCode?: string;
}

/** Shorter texts stand in ordinary words, and are no keys. */
const shortestSecret = 8;

/** What may be said of a request, to its caller or in the log: the key that it showed, and whatever looks like one, are not in it. */
export function withoutSecrets(text: string, { presented = '' }: Pick<RequestContext, 'presented'>): string {
  return redactSecrets(text, presented.length < shortestSecret ? [] : [presented]);
}

const key = 'llmpolicy';

export function putContext(response: Response, context: RequestContext): void {
  response.locals[key] = context;
}

export function contextOf(response: Response): RequestContext {
  return response.locals[key];
}
