import type { Deny, Item, Require } from '../syntax/ast.ts';
import { checkStatus, defaultRejection } from './check-plan.ts';
import type { CheckedCondition, Context } from './context.ts';
import { shadowed } from './rule-ids.ts';
import type { Condition, Constraint, RuleId } from './typed.ts';

export function checkConstraint(context: Context, item: Item, id: RuleId): Constraint | undefined {
  if (item.kind === 'require') return checkRequire(context, item, id);
  if (item.kind !== 'deny') return undefined;
  return item.target === 'model' ? checkDenyModel(context, item, id) : checkDenyRequest(context, item, id);
}

function checkDenyModel(context: Context, item: Deny, id: RuleId): Constraint | undefined {
  const when = context.checkCondition({ ...context, modelAccess: 'all', speaksOfReceivers: true }, item.when);
  const { span, because = null } = item;
  return when && { kind: 'deny-model', id, span, shadow: shadowed(item.notes), when: when.condition, because };
}

function checkDenyRequest(context: Context, item: Deny, id: RuleId): Constraint | undefined {
  const when = context.checkCondition(context, item.when);
  const message = item.because ?? defaultRejection;
  const { span } = item;
  return (
    when && {
      kind: 'refuse',
      id,
      span,
      shadow: shadowed(item.notes),
      when: when.condition,
      code: 'denied',
      status: 403,
      message,
    }
  );
}

function checkRequire(context: Context, item: Require, id: RuleId): Constraint | undefined {
  const guard = item.when && context.checkCondition(context, item.when);
  const known = guard ? context.known.union(guard.knownIfTrue) : context.known;
  const required = context.checkCondition({ ...context, known }, item.condition);
  const status = checkStatus(context, item.reject);
  if (!required || (item.when && !guard)) return undefined;
  const message = item.reject.message ?? defaultRejection;
  const { span } = item;
  return {
    kind: 'refuse',
    id,
    span,
    shadow: shadowed(item.notes),
    when: refusedWhen(guard, required),
    code: 'required',
    status,
    message,
  };
}

function refusedWhen(guard: CheckedCondition | undefined, required: CheckedCondition): Condition {
  const { span } = required.condition;
  const failed: Condition = { kind: 'not', span, operand: required.condition };
  return guard ? { kind: 'and', span, operands: [guard.condition, failed] } : failed;
}

/**
 * What `require X is known`, without `when` and not only in the shadow, guarantees to everything behind the constraints of its
 * file and of the files that extend it.
 */
export function requiredFacts(items: readonly Item[], constraints: ReadonlyMap<Item, Constraint>): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const item of items) {
    const constraint = constraints.get(item);
    if (item.kind !== 'require' || item.when || !constraint || constraint.shadow || constraint.when.kind !== 'not')
      continue;
    for (const key of knownFacts(constraint.when.operand)) keys.add(key);
  }
  return keys;
}

/** The facts that a condition, when it holds, makes certain. */
function knownFacts(condition: Condition): string[] {
  if (condition.kind === 'and') return condition.operands.flatMap(knownFacts);
  if (condition.kind !== 'known' || condition.operand.parts.length !== 1) return [];
  return condition.operand.parts.flatMap((part) => (part.kind === 'fact' ? [part.key] : []));
}
