import type { Aside } from '../decide/aside.ts';
import type { Decision } from '../decide/decision.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import type { UpstreamFailure, WholeAnswer } from '../protocol/upstream-answer.ts';
import type { LeavingSignal } from '../providers/leaving.ts';
import type { Provider } from '../providers/provider.ts';
import { abandonAnswer } from './abandon-answer.ts';
import type { PlanTools } from './execute-plan.ts';
import type { AsideRecord, RecordedRequest, Recorder } from './recorder.ts';
import { sendContent } from './send-content.ts';
import type { Spending } from './spending.ts';

export interface AsideTools extends Pick<PlanTools, 'providers' | 'clock'> {
  readonly recorder: Pick<Recorder, 'aside'>;
}

/** A call beside the plan of a request, of a model of the catalogue. */
export interface AsideCall {
  readonly kind: AsideRecord['kind'];
  readonly aside: Aside;
  /** What it is bounded and charged by: the decision of the request, with what of it holds for this call. */
  readonly decision: Decision;
  readonly request: ApiRequest;
  /** The request as the provider is sent it. */
  readonly sentTo: (provider: Provider) => ApiRequest;
  readonly headers: Readonly<Record<string, string>>;
  /** Of what is sent, where that is not the request. */
  readonly inputTokens?: number;
}

export type AsideOutcome =
  | { readonly kind: 'answered'; readonly answer: WholeAnswer }
  | { readonly kind: 'failed'; readonly failure: UpstreamFailure }
  /** Budgets and limits of the request have nothing left for it. */
  | { readonly kind: 'not_reserved' };

/** What it is called towards nobody. */
const keepId = (id: string): string => id;

/** Reserves, calls and settles as for an attempt, and takes the call down beside its request. Throws `DeniedReceiver`. */
export async function callAside(
  { providers, clock, recorder }: AsideTools,
  spending: Spending,
  record: RecordedRequest,
  { kind, aside, decision, request, sentTo, headers, inputTokens }: AsideCall,
  signal: LeavingSignal,
): Promise<AsideOutcome> {
  const { model, upstream, provider: name, timeoutMs } = aside.planned;
  const provider = providers.get(name);
  if (provider === undefined) throw new Error(`a call beside the plan names a provider that is not running: ${name}`);
  const startedAt = clock.wallNow();
  const call = { upstream, headers, timeoutMs, firstTokenTimeoutMs: null, leftMs: null, sealId: keepId };
  const attempt = await spending.aside(decision, aside, request, inputTokens);
  if (attempt === undefined) return { kind: 'not_reserved' };
  const answer = await sendContent(decision, model, () =>
    provider.attempt({ ...call, request: sentTo(provider) }, signal),
  ).catch((error: unknown) => {
    attempt.release();
    throw error;
  });
  if (answer.kind === 'failure') {
    attempt.release();
    recorder.aside(record, { kind, model, startedAt, failure: answer, settled: undefined });
    return { kind: 'failed', failure: answer };
  }
  if (answer.kind === 'stream') {
    await abandonAnswer({ answer, end: attempt.settle });
    throw new Error('a call beside the plan was answered with a stream');
  }
  const settled = attempt.settle(answer.usage, answer.body);
  recorder.aside(record, { kind, model, startedAt, failure: null, settled });
  return { kind: 'answered', answer };
}
