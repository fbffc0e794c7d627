import { lastQuestion } from '../cache/last-question.ts';
import { shadowCache } from '../decide/shadow-cache.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import type { LeavingSignal } from '../providers/leaving.ts';
import { readDuration, readPercent } from '../syntax/quantities.ts';
import { isCacheable, scopeOf } from './cache-scope.ts';
import type { RequestHeaders } from './collect-facts.ts';
import { Likeness, type LikenessTools } from './likeness.ts';
import type { RecordedRequest } from './recorder.ts';
import { RequestCache } from './request-cache.ts';
import { RequestFingerprints } from './request-fingerprints.ts';
import type { RequestGuards } from './request-guards.ts';
import type { ServedProgram } from './served-policy.ts';
import type { Spending } from './spending.ts';

/** A request that has been admitted. */
export interface Admitted {
  readonly request: ApiRequest;
  /** All that the caller sent, and those that go on. */
  readonly headers: RequestHeaders;
  readonly carried: Readonly<Record<string, string>>;
  readonly caller: string;
  readonly spending: Spending;
  readonly record: RecordedRequest;
  readonly guards: RequestGuards | undefined;
  readonly signal: LeavingSignal;
  readonly leftMs: () => number;
}

const mayCache = ({ request, headers, spending }: Admitted): boolean =>
  isCacheable({ request, needs: spending.facts.get('request.needs'), asked: headers['x-llmpolicy-cache'] });

/** Undefined where the decision has no cache, or the request may have none. */
export function openRequestCache(tools: LikenessTools, admitted: Admitted): RequestCache | undefined {
  const { request, carried, caller, spending } = admitted;
  const { decision } = spending;
  const rule = decision.obligations.cache;
  if (rule === null || !mayCache(admitted)) return undefined;
  const scope = scopeOf(decision, rule, request, caller);
  return new RequestCache(tools, { ...admitted, headers: carried, scope }, rule);
}

/** Where a rule in the shadow asks for a semantic cache: it is looked up, and nothing comes of it but a report. */
export function openShadowLikeness(
  tools: LikenessTools,
  program: Pick<ServedProgram, 'caches' | 'facts' | 'currency'>,
  admitted: Admitted,
): Likeness | undefined {
  const { request, carried, caller, spending } = admitted;
  const { decision, facts } = spending;
  if (program.caches.length === 0 || decision.shadow.length === 0) return undefined;
  const rule = shadowCache(program, decision, facts);
  if (rule?.mode !== 'semantic' || !mayCache(admitted)) return undefined;
  const question = lastQuestion(request);
  return (
    question &&
    new Likeness(tools, {
      ...admitted,
      question,
      fingerprints: new RequestFingerprints({ request, headers: carried, decision, providers: tools.providers }),
      scope: `shadow ${scopeOf(decision, rule, request, caller)}`,
      above: readPercent(rule.above ?? '') ?? 0,
      ttlMs: readDuration(rule.ttl) ?? 0,
    })
  );
}
