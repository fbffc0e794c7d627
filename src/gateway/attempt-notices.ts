import type { Charge, CountingProgram } from '../decide/charges.ts';
import { usedShare } from '../decide/counter-facts.ts';
import type { Decision } from '../decide/decision.ts';
import { writePercent } from '../syntax/quantities.ts';
import type { ChargeStanding } from './meter.ts';

/** A value at which somebody wants to know of a budget, and who. */
interface NoticeValue {
  readonly at: number;
  readonly channel: string;
}

/** A budget that is charged by attempts has reached a value. */
export interface AttemptNotice {
  readonly charge: Charge;
  readonly channel: string;
  readonly at: string;
  readonly used: string;
}

const valuesOf = new WeakMap<CountingProgram, ReadonlyMap<string, readonly NoticeValue[]>>();

/**
 * What is due of budgets that are charged per attempt, which decisions do not read: of those that hold for the models of the plan, by how
 * they stood when the request came in.
 */
export function attemptNotices(
  program: CountingProgram,
  { attempts }: Pick<Decision, 'attempts'>,
  standings: readonly ChargeStanding[],
): readonly AttemptNotice[] {
  const values = valuesOf.get(program) ?? readValues(program);
  if (values.size === 0) return [];
  return standings.flatMap(({ charge, settled, capacity, isUnknown }) => {
    const wanted = charge.model === null || isUnknown ? undefined : values.get(charge.name);
    const attempt = wanted && attempts.find(({ model }) => model === charge.model);
    if (!wanted || !attempt?.budgets.some(({ name }) => name === charge.name)) return [];
    const used = usedShare({ settled, capacity });
    const reached = wanted.filter(({ at }) => used >= at);
    return reached.map(({ at, channel }) => ({ charge, channel, at: writePercent(at), used: writePercent(used) }));
  });
}

function readValues(program: CountingProgram): ReadonlyMap<string, readonly NoticeValue[]> {
  const values = new Map(
    program.budgets.flatMap(({ id, perAttempt, shadow, cases }) => {
      const wanted = cases[0]?.payload.thresholds.flatMap(({ at, effect }) =>
        effect.kind === 'notify' ? [{ at, channel: effect.channel }] : [],
      );
      return perAttempt && !shadow && wanted && wanted.length > 0 ? [[id, wanted] as const] : [];
    }),
  );
  valuesOf.set(program, values);
  return values;
}
