import type { Decision, GuardObligation, PlannedAttempt } from '../decide/decision.ts';
import type { ActiveGuard, Guard } from '../guards/guard.ts';
import type { ServedProgram } from './served-policy.ts';

type Guards = ReadonlyMap<string, Guard>;
type Point = GuardObligation['on'];

const strictness = ['observe', 'redact', 'block'] as const;

const stricter = (one: GuardObligation, other: GuardObligation): GuardObligation =>
  strictness.indexOf(other.action) > strictness.indexOf(one.action) ? other : one;

/** What holds at a point for an attempt: for the request and for it alone, one for each guard. */
export function obligationsAt(
  { obligations }: Pick<Decision, 'obligations'>,
  planned: Pick<PlannedAttempt, 'guards'> | undefined,
  point: Point,
): readonly GuardObligation[] {
  const all = [...obligations.guards, ...(planned?.guards ?? [])].filter(({ on }) => on === point);
  const joined = new Map<string, GuardObligation>();
  for (const obligation of all) {
    const before = joined.get(obligation.name);
    joined.set(obligation.name, before ? stricter(before, obligation) : obligation);
  }
  return [...joined.values()];
}

/** Those of rules in the shadow that would have held: they only observe, and hold nothing up. */
export function shadowsAt(
  { guards }: Pick<ServedProgram, 'guards'>,
  { shadow }: Pick<Decision, 'shadow'>,
  point: Point,
): readonly GuardObligation[] {
  if (shadow.length === 0) return [];
  const held = new Set(shadow.map(({ rule }) => rule));
  const rules = guards.filter((rule) => rule.shadow && held.has(rule.id));
  const names = rules.flatMap(({ cases }) => cases.filter(({ payload }) => payload.points.includes(point)));
  const stream = point === 'output' ? 'observe' : null;
  return [...new Set(names.map(({ payload }) => payload.guard))].map((name) => {
    return { name, on: point, action: 'observe', stream } as const;
  });
}

/** The guards themselves. What only observes has nothing to hold a stream up for. */
export function activate(guards: Guards, obligations: readonly GuardObligation[]): readonly ActiveGuard[] {
  return obligations.map(({ name, action, stream, on }) => {
    const guard = guards.get(name);
    if (guard === undefined) throw new Error(`the policy names a guard that is not running: ${name}`);
    return { guard, action, stream: on === 'output' && action === 'observe' ? 'observe' : stream };
  });
}
