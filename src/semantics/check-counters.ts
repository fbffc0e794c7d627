import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Budget, Expression, Limit, Plan, Threshold } from '../syntax/ast.ts';
import { writeMoney } from '../syntax/quantities.ts';
import { checkEach } from './check-each.ts';
import { checkOperand } from './check-operand.ts';
import { checkPlan } from './check-plan.ts';
import type { Context } from './context.ts';
import { describeType } from './describe.ts';
import type { CheckedBudget, CheckedLimit, CheckedPlan, CheckedThreshold, Obligation, Operand } from './typed.ts';

const whole = 10_000;

export function checkBudget(context: Context, item: Budget, base: Obligation): CheckedBudget | undefined {
  const plans = { ...context, modelAccess: 'none' as const };
  const amount = checkAmount(plans, item.amount, ['money']);
  const each = checkEach(context, item.each);
  const thresholds = item.thresholds.map((threshold) => checkThreshold(plans, item, threshold, base.perAttempt));
  checkThresholdOrder(context, item);
  const read = thresholds.flatMap((threshold) => threshold ?? []);
  if (!amount || !each || read.length < thresholds.length) return undefined;
  return {
    ...base,
    policy: context.policy,
    amount,
    window: item.window,
    each,
    thresholds: withReject(item, read, base.perAttempt),
  };
}

/** The amount is a constant or an attribute of the caller: nothing that is proved depends on it. */
function checkAmount(context: Context, expression: Expression, kinds: readonly string[]): Operand | undefined {
  const nothing = kinds.includes('money') ? 'a budget of nothing' : 'a limit of nothing';
  const amount = checkOperand(context, expression);
  if (!amount) return undefined;
  if (!kinds.includes(amount.type.kind)) {
    return context.findings.error('type-mismatch', expression.span, `this amount is ${describeType(amount.type)}`, {
      help: kinds.includes('money')
        ? `write an amount of money: \`${writeMoney(500_000_000_000, context.environment.currency)}\``
        : 'write `60 req`, `200k tok`, `100k output tok` or `10 concurrent`',
    });
  }
  const [part, ...others] = amount.parts;
  if (others.length === 0 && part?.kind === 'constant' && part.value === 0) {
    return context.findings.error('too-small', expression.span, `${nothing} refuses every request`, {
      help: 'write a larger amount, or `deny request`',
    });
  }
  const isCallers = amount.parts.every(
    (part) => part.kind === 'constant' || (part.kind === 'fact' && part.key.startsWith('caller.')),
  );
  if (isCallers) return amount;
  const said = 'the amount would be what the request says of itself';
  return context.findings.error('claimed-amount', expression.span, said, {
    help: 'write a constant, or an attribute of the key: `caller.budget ?? $5`',
  });
}

function checkThreshold(
  context: Context,
  budget: Budget,
  threshold: Threshold,
  perAttempt: boolean,
): CheckedThreshold | undefined {
  const { effect, at, span } = threshold;
  if (effect.kind !== 'notify') {
    if (perAttempt) return perAttemptPlan(context, span);
    const plan = checkPlan(context, effect, budget.name.text);
    return plan && { at, effect: plan };
  }
  const { text, span: place } = effect.channel;
  if (context.environment.channels.has(text)) return { at, effect: { kind: 'notify', channel: text } };
  const near = suggest(text, context.environment.channels);
  const mend = didYouMean(place, near, 'declare it under `notify:` in gateway.config.yaml');
  return context.findings.error('unknown-name', place, `no channel is called \`${text}\``, mend);
}

function perAttemptPlan(context: Context, span: Budget['span']): undefined {
  return context.findings.error(
    'counter-per-attempt',
    span,
    'this counter is charged by each attempt, and has no plan of its own',
    {
      help: 'delete the line: a model whose counter is exhausted goes to the end of the plan',
    },
  );
}

/** Thresholds rise; a plan at or above 100% needs a reject above it, or there would be no end to spending. */
function checkThresholdOrder(context: Context, { thresholds }: Budget): void {
  let highest = -1;
  let highestPlan = -1;
  for (const { at, effect, span } of thresholds) {
    const plan = effect.kind !== 'notify';
    if (at < highest || (plan && at === highestPlan)) {
      context.findings.error('out-of-order', span, 'thresholds rise from line to line, each with one plan', {
        help: 'write the lower percentage first',
      });
    }
    highest = Math.max(highest, at);
    if (plan) highestPlan = at;
  }
  const rejects = thresholds.filter(({ effect }) => effect.kind === 'reject').map(({ at }) => at);
  const unbounded = thresholds.find(
    ({ at, effect }) => effect.kind === 'use' && at >= whole && !rejects.some((reject) => reject > at),
  );
  if (unbounded) {
    context.findings.error('no-end', unbounded.span, 'above this threshold nothing ends the spending', {
      help: 'add a line such as `at 120% reject 402 "budget used up"`',
    });
  }
}

/** A budget in which no reject is written ends at its amount. */
function withReject(item: Budget, thresholds: readonly CheckedThreshold[], perAttempt: boolean): CheckedThreshold[] {
  if (perAttempt || thresholds.some(({ effect }) => effect.kind === 'reject')) return [...thresholds];
  const effect: CheckedPlan = { kind: 'reject', status: 402, message: `the budget \`${item.name.text}\` is used up` };
  return [...thresholds, { at: whole, effect }].sort((a, b) => a.at - b.at);
}

export function checkLimit(context: Context, item: Limit, base: Obligation): CheckedLimit | undefined {
  const plans = { ...context, modelAccess: 'none' as const };
  const amount = limitAmount(plans, item.amount, item.window === 'concurrent');
  const burst = item.burst && limitAmount(plans, item.burst, false);
  const each = checkEach(context, item.each);
  const plan = checkElse(plans, item, base.perAttempt);
  if (!amount || !each || !plan || (item.burst && !burst)) return undefined;
  if (item.burst && item.window === 'concurrent') {
    context.findings.error('clause-not-here', item.burst.span, 'what is under way at once has no burst', {
      help: 'delete `burst` and its amount',
    });
  }
  if (burst && item.window !== 'concurrent' && burst.unit !== amount.unit) {
    context.findings.error(
      'wrong-unit',
      item.burst?.span ?? item.span,
      `the burst counts \`${burst.unit}\`, the limit \`${amount.unit}\``,
      {
        help: 'count both in one unit',
      },
    );
  }
  const { policy } = context;
  return {
    ...base,
    policy,
    amount: amount.operand,
    unit: amount.unit,
    window: item.window,
    each,
    burst: burst?.operand ?? null,
    otherwise: plan,
  };
}

/** An exhausted limit without `else` refuses. */
function checkElse(context: Context, item: Limit, perAttempt: boolean): CheckedPlan | undefined {
  const refuse: Plan = {
    kind: 'reject',
    span: item.span,
    status: 429,
    message: `the limit \`${item.name.text}\` is exhausted`,
  };
  if (item.otherwise && perAttempt) return perAttemptPlan(context, item.otherwise.span);
  return checkPlan(context, item.otherwise ?? refuse, item.name.text);
}

interface LimitAmount {
  readonly operand: Operand;
  readonly unit: CheckedLimit['unit'];
}

function limitAmount(context: Context, expression: Expression, concurrent: boolean): LimitAmount | undefined {
  const directed = expression.kind === 'literal' && expression.type === 'integer' ? expression : undefined;
  if (directed?.unit === 'input tok' || directed?.unit === 'output tok') {
    const { span, value, unit } = directed;
    return { unit, operand: { span, type: { kind: 'tokens' }, parts: [{ kind: 'constant', value }] } };
  }
  const operand = checkAmount(context, expression, concurrent ? ['count'] : ['requests', 'tokens']);
  if (!operand) return undefined;
  return { operand, unit: concurrent ? 'concurrent' : operand.type.kind === 'requests' ? 'req' : 'tok' };
}
