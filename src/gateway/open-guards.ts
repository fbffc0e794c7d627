import type { Inspector } from '../guards/inspector.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import { abortSignalOf, type LeavingSignal } from '../providers/leaving.ts';
import { askJudge } from './ask-judge.ts';
import { atMost } from './at-most.ts';
import type { AsideTools } from './call-aside.ts';
import type { ContentPost } from './post-content.ts';
import type { RecordedRequest } from './recorder.ts';
import { RequestGuards } from './request-guards.ts';
import { sendContent } from './send-content.ts';
import type { ServedProgram } from './served-policy.ts';
import type { Spending } from './spending.ts';

/** What guards are carried out with. */
export interface GuardTools {
  readonly inspector: Inspector;
  readonly contentPost: ContentPost;
}

export interface GuardsOf {
  readonly request: ApiRequest;
  readonly program: ServedProgram;
  readonly spending: Spending;
  readonly record: RecordedRequest;
  readonly signal: LeavingSignal;
}

/** A conversation has many texts, and a service is asked about each: so many at once. */
const mostCalls = 8;

/** The guards of a request whose policy has some. */
export function openGuards(
  tools: AsideTools & { readonly guards?: GuardTools | undefined },
  { request, program, spending, record, signal }: GuardsOf,
): RequestGuards {
  const { guards, clock } = tools;
  if (guards === undefined) throw new Error('a policy has guards, and no guard is running');
  const { inspector, contentPost } = guards;
  const inTurn = atMost(mostCalls);
  return new RequestGuards({
    request,
    program,
    inspector,
    signal: abortSignalOf(signal),
    outside: {
      call: (content) => inTurn(() => sendContent(spending.decision, content.guard, () => contentPost.post(content))),
      ask: (question) => inTurn(() => askJudge(tools, spending, record, question)),
      now: clock.wallNow,
    },
  });
}
