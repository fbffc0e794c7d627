import type { Decision } from '../decide/decision.ts';
import type { GatewayError } from '../protocol/gateway-error.ts';
import type { StreamAnswer, UpstreamFailure, WholeAnswer } from '../protocol/upstream-answer.ts';
import type { Usage } from '../protocol/usage.ts';
import type { Environment } from '../semantics/environment.ts';
import type { AnswerCaches } from './answer-caches.ts';
import type { AnswerIds } from './answer-ids.ts';
import type { CollectFacts } from './collect-facts.ts';
import type { CountTexts } from './exact-tokens.ts';
import type { AttemptRecord, PlanTools } from './execute-plan.ts';
import type { ChargeStanding } from './meter.ts';
import type { Mirrors } from './mirrors.ts';
import type { ModelHealth } from './model-health.ts';
import type { Notifier } from './notifier.ts';
import type { GuardTools } from './open-guards.ts';
import type { PolicySet } from './policy-set.ts';
import type { CacheDone, RecordedRequest, Recorder, RequestOrigin } from './recorder.ts';
import type { RequestGuards } from './request-guards.ts';
import type { Written } from './sent-text.ts';
import type { Settled, SpendingTools } from './spending.ts';

export interface RequestTools extends PlanTools, SpendingTools {
  readonly caches: AnswerCaches;
  readonly policies: PolicySet;
  readonly environment: Environment;
  readonly collectFacts: CollectFacts;
  readonly answerIds: AnswerIds;
  readonly recorder: Recorder;
  readonly health: ModelHealth;
  readonly notifier: Pick<Notifier, 'tell'>;
  /** Where the config declares any. */
  readonly guards?: GuardTools | undefined;
  readonly mirrors: Pick<Mirrors, 'send'>;
  /** Where the config asks for exact counts. */
  readonly countTexts?: CountTexts | undefined;
}

export interface Exchange extends RequestOrigin {
  /** The clock's time at which the gateway took the request up. */
  readonly startedAt: number;
  /** Decide, and call nobody. */
  readonly dryRun: boolean;
}

/** What came of a request: the decision, what was done, and what to answer. */
export type RequestResult = {
  readonly decision: Decision;
  readonly attempts: readonly AttemptRecord[];
  readonly upstreamMs: number;
  /** How the counters stood that the request is held to. */
  readonly standings: readonly ChargeStanding[];
  /** What guards found so far, where the policy has any: of a stream all of it when it has ended. */
  readonly guards?: Pick<RequestGuards, 'hits'> | undefined;
  /** What caches had to do with it; undefined where nothing. */
  readonly cache?: CacheDone | undefined;
  /** What is kept of it, of a dry run nothing: whoever answers says how that ended. */
  readonly record?: RecordedRequest;
} & (
  | { readonly outcome: 'dry-run' }
  | { readonly outcome: 'aborted' }
  | { readonly outcome: 'rejected' | 'failed'; readonly error: GatewayError }
  | {
      readonly outcome: 'served';
      readonly model: string;
      /** Tokens that its output was cut to; undefined where it was not. */
      readonly cappedTo: number | undefined;
      readonly answer: WholeAnswer | StreamAnswer;
      /**
       * Says what the upstream told of its use, and what it wrote, once the answer has ended; and what broke it off, where it did not end
       * well. Returns what is believed.
       */
      readonly end: (told: Usage | undefined, written: Written, broken?: UpstreamFailure) => Settled;
    }
);

/** Of a request for which nobody was called. */
export const nothingDone = { attempts: [], upstreamMs: 0, standings: [] } as const;
