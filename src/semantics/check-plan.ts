import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { type Span, spanText } from '../diagnostics/span.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { type FailureClass, failureClasses } from '../protocol/failure.ts';
import type { Destination, Expression, Fallback, Name, Pick, Plan, Reject, Retry } from '../syntax/ast.ts';
import { checkModels, type ModelChoice } from './check-models.ts';
import { checkOperand } from './check-operand.ts';
import type { Context } from './context.ts';
import { describeType, listWords } from './describe.ts';
import { isPriced } from './environment.ts';
import type { CheckedDestination, CheckedFallback, CheckedPick, CheckedPlan, CheckedRetry, Operand } from './typed.ts';

/** What callers read when a rule that refuses them says nothing of its own. */
export const defaultRejection = 'the policy of this gateway refuses this request';

/** What holds where a policy writes no `fallback`. */
export const defaultFallback: CheckedFallback = {
  on: ['timeout', 'first_token_timeout', 'rate_limited', 'server_error', 'overloaded', 'network'],
  maxAttempts: null,
  withinMs: null,
};

/** Where a plan stands: the rule whose name salts its `spread`, and what to underline. */
export interface Place {
  readonly name: string;
  readonly span: Span;
}

export function checkDestination(
  context: Context,
  destination: Destination,
  name: string,
): CheckedDestination | undefined {
  const plan = checkPlan(context, destination.plan, name);
  if (!plan) return undefined;
  const { retries, fallback } = destination;
  return {
    span: destination.span,
    plan,
    retries: retries.length === 0 ? null : checkRetries(context, retries),
    fallback: fallback === undefined ? null : checkFallback(context, fallback),
  };
}

export function checkPlan(context: Context, plan: Plan, name: string): CheckedPlan | undefined {
  if (plan.kind === 'reject') {
    return { kind: 'reject', status: checkStatus(context, plan), message: plan.message ?? defaultRejection };
  }
  const picks = plan.picks.map((pick, index) => checkPick(context, pick, { name, span: pick.span }, index === 0));
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

function checkPick(context: Context, pick: Pick, place: Place, first: boolean): CheckedPick | undefined {
  const models = checkModels(context, pick.target);
  if (models === undefined) return undefined;
  if (models.length === 0) {
    const isWritten = pick.target.kind === 'set-literal';
    context.findings.error('no-models', pick.target.span, 'no model of the catalogue is in this set', {
      help: isWritten ? 'name a model' : 'ask for less, or name models: every request that gets here would be refused',
    });
  }
  if (first && pick.after) {
    context.findings.error(
      'misplaced-after',
      pick.clauseSpans.after ?? pick.span,
      '`after` stands on the first pick, which nothing comes before',
      {
        help: 'write it behind `then`: `use a then b after { … }`',
      },
    );
  }
  checkTimeouts(context, pick);
  const order = checkOrder(context, pick, models, place);
  return (
    order && {
      models,
      order,
      after: pick.after ? checkFailures(context, pick.after) : null,
      timeoutMs: pick.timeoutMs ?? null,
      firstTokenMs: pick.firstTokenMs ?? null,
    }
  );
}

/** A call that may take no time fails before it begins. */
function checkTimeouts(context: Context, { timeoutMs, firstTokenMs, clauseSpans, span }: Pick): void {
  const help = 'write how long to wait: `30s`';
  if (timeoutMs === 0)
    context.findings.error('too-small', clauseSpans.timeout ?? span, 'no call ends in no time', { help });
  if (firstTokenMs === 0)
    context.findings.error('too-small', clauseSpans.firstToken ?? span, 'no answer begins in no time', { help });
}

function checkOrder(
  context: Context,
  { order }: Pick,
  models: ModelChoice,
  place: Place,
): CheckedPick['order'] | undefined {
  if (order === 'cheapest') return priced(context, models, place) ? order : undefined;
  if (typeof order === 'string') return order;
  const key = checkKey(context, order.on);
  return key && { key, salt: order.salt ?? `${context.policy}/${place.name}` };
}

/** `cheapest of` compares prices: each of its models has both. */
function priced(context: Context, models: ModelChoice, { span }: Place): boolean {
  const all = models === 'requested' ? context.environment.models.map((_, index) => index) : models;
  const lacking = all.flatMap((index) => {
    const model = context.environment.models[index];
    return model && isPriced(model) ? [] : [model];
  });
  const [first] = lacking;
  if (!first) return true;
  context.findings.error(
    'model-lacks-value',
    span,
    `\`${first.name}\` has no price, and \`cheapest of\` compares prices`,
    {
      help: `write \`price_in: …\` and \`price_out: …\` beside it under \`models:\` (${first.declaredAt})`,
    },
  );
  return false;
}

/** What requests are divided by: a text or a word that is never missing. */
export function checkKey(context: Context, expression: Expression): Operand | undefined {
  const operand = checkOperand(context, expression);
  if (!operand || operand.type.kind === 'string' || operand.type.kind === 'enum') return operand;
  return context.findings.error(
    'type-mismatch',
    expression.span,
    `requests are not divided by ${describeType(operand.type)}`,
    {
      help: 'name a text or a word: `caller.user ?? request.id`',
    },
  );
}

export function checkFailures(context: Context, names: readonly Name[]): FailureClass[] {
  return names.flatMap(({ text, span }) => {
    const known = failureClasses.find((failure) => failure === text);
    if (known) return [known];
    const near = suggest(text, failureClasses);
    const mend = didYouMean(span, near, `they are ${listWords(failureClasses, failureClasses.length)}`);
    context.findings.error('unknown-failure', span, `no class of failures is called \`${text}\``, mend);
    return [];
  });
}

export function checkRetries(context: Context, retries: readonly Retry[]): CheckedRetry[] {
  const taken = new Set<FailureClass>();
  return retries.map((retry) => {
    const on = checkFailures(context, retry.on);
    const again = on.find((failure) => taken.has(failure));
    if (again) {
      const place = retry.on.find(({ text }) => text === again)?.span ?? retry.span;
      context.findings.error('declared-twice', place, `\`${again}\` has two \`retry\` lines`, {
        help: 'name each class of failures in one of them',
      });
    }
    for (const failure of on) taken.add(failure);
    return { on, times: retry.times, backoffMs: checkBackoff(context, retry) };
  });
}

function checkBackoff(context: Context, { backoffMs, span, clauseSpans }: Retry): CheckedRetry['backoffMs'] {
  if (backoffMs && backoffMs[0] > backoffMs[1]) {
    const place = clauseSpans.backoff ?? span;
    const turned = spanText(place).split('..').reverse().join('..');
    context.findings.error('out-of-order', place, 'the backoff ends before it begins', {
      help: `write the shorter bound first: \`${turned}\``,
      fix: [{ span: place, newText: turned }],
    });
  }
  return backoffMs ?? null;
}

export function checkFallback(context: Context, fallback: Fallback): CheckedFallback {
  if (fallback.maxAttempts === 0) {
    context.findings.error('no-models', fallback.clauseSpans.max ?? fallback.span, '`max 0 attempts` tries no model', {
      help: 'write 1 or more; `max 1 attempts` is no fallback',
    });
  }
  if (fallback.withinMs === 0) {
    context.findings.error(
      'too-small',
      fallback.clauseSpans.within ?? fallback.span,
      '`within 0s` leaves no time for it',
      {
        help: 'write how long further attempts may begin, or `max 1 attempts`',
      },
    );
  }
  return {
    on: checkFailures(context, fallback.on),
    maxAttempts: fallback.maxAttempts ?? null,
    withinMs: fallback.withinMs ?? null,
  };
}
