import { suggest } from '../diagnostics/suggest.ts';
import { type FailureClass, failureClasses } from '../protocol/failure.ts';
import type { Destination, Fallback, Name, Pick, Plan, Reject, Retry } from '../syntax/ast.ts';
import { checkModels } from './check-models.ts';
import type { Context } from './context.ts';
import { listWords } from './describe.ts';
import type { CheckedDestination, CheckedFallback, CheckedPick, CheckedPlan, CheckedRetry } from './typed.ts';

/** What callers read when a rule that refuses them says nothing of its own. */
export const defaultRejection = 'the policy of this gateway refuses this request';

/** What holds where a policy writes no `fallback`. */
export const defaultFallback: CheckedFallback = {
  on: ['timeout', 'first_token_timeout', 'rate_limited', 'server_error', 'overloaded', 'network'],
  maxAttempts: null,
  withinMs: null,
};

export function checkDestination(context: Context, destination: Destination): CheckedDestination | undefined {
  const plan = checkPlan(context, destination.plan);
  if (!plan) return undefined;
  const { retries, fallback } = destination;
  return {
    span: destination.span,
    plan,
    retries: retries.length === 0 ? null : checkRetries(context, retries),
    fallback: fallback === undefined ? null : checkFallback(context, fallback),
  };
}

export function checkPlan(context: Context, plan: Plan): CheckedPlan | undefined {
  if (plan.kind === 'reject') {
    return { kind: 'reject', status: checkStatus(context, plan), message: plan.message ?? defaultRejection };
  }
  const picks = plan.picks.map((pick, index) => checkPick(context, pick, index === 0));
  const read = picks.flatMap((pick) => pick ?? []);
  return read.length === 0 || read.length < picks.length ? undefined : { kind: 'use', picks: read };
}

export function checkStatus(context: Context, reject: Reject): number {
  if (reject.status >= 400 && reject.status <= 599) return reject.status;
  context.findings.error('bad-status', reject.span, `\`reject ${reject.status}\` is not the status of a refusal`, {
    help: 'write a status from 400 to 599',
  });
  return 403;
}

function checkPick(context: Context, pick: Pick, first: boolean): CheckedPick | undefined {
  if (pick.order !== 'written') {
    const word = typeof pick.order === 'string' ? pick.order : 'spread';
    return context.findings.error('not-supported', pick.span, `\`${word} of\` is not supported yet`, {
      help: 'write the models in the order in which they are to be tried',
    });
  }
  const models = checkModels(context, pick.target);
  if (models === undefined) return undefined;
  if (models.length === 0) {
    context.findings.error('no-models', pick.target.span, 'no model of the catalogue is in this set');
  }
  if (first && pick.after) {
    context.findings.error(
      'misplaced-after',
      pick.span,
      '`after` stands on the first pick, which nothing comes before',
      {
        help: 'write it on a later pick',
      },
    );
  }
  return {
    models,
    after: pick.after ? checkFailures(context, pick.after) : null,
    timeoutMs: pick.timeoutMs ?? null,
    firstTokenMs: pick.firstTokenMs ?? null,
  };
}

export function checkFailures(context: Context, names: readonly Name[]): FailureClass[] {
  return names.flatMap(({ text, span }) => {
    const known = failureClasses.find((failure) => failure === text);
    if (known) return [known];
    const near = suggest(text, failureClasses);
    context.findings.error('unknown-failure', span, `no class of failures is called \`${text}\``, {
      help: near ? `did you mean \`${near}\`?` : `they are ${listWords(failureClasses, failureClasses.length)}`,
    });
    return [];
  });
}

export function checkRetries(context: Context, retries: readonly Retry[]): CheckedRetry[] {
  const taken = new Set<FailureClass>();
  return retries.map((retry) => {
    const on = checkFailures(context, retry.on);
    const again = on.find((failure) => taken.has(failure));
    if (again) {
      context.findings.error('declared-twice', retry.span, `\`${again}\` has two \`retry\` lines`, {
        help: 'name each class once',
      });
    }
    for (const failure of on) taken.add(failure);
    return { on, times: retry.times, backoffMs: retry.backoffMs ?? [0, 0] };
  });
}

export function checkFallback(context: Context, fallback: Fallback): CheckedFallback {
  if (fallback.maxAttempts === 0) {
    context.findings.error('no-models', fallback.span, '`max 0 attempts` tries no model', { help: 'write 1 or more' });
  }
  return {
    on: checkFailures(context, fallback.on),
    maxAttempts: fallback.maxAttempts ?? null,
    withinMs: fallback.withinMs ?? null,
  };
}
