import type { PolicyProgram, ProgramRule } from '../compile/program.ts';
import { type Charge, type CountingProgram, chargesOf } from './charges.ts';
import type { Decision, PlannedAttempt } from './decision.ts';
import { evaluate, type FactRow, readRow } from './evaluate.ts';
import type { Facts } from './facts.ts';
import { type Held, type Holding, nothingHeld } from './holding.ts';
import { planAttempts } from './obligations.ts';

/** What of a program says what holds for attempts. */
export type AsideProgram = CountingProgram & Pick<PolicyProgram, 'guards' | 'caps' | 'sets'>;

/** A call beside the plan: of a mirror, a judge or whoever makes embeddings. It is guarded, bounded and charged as an attempt on its model would be. */
export interface Aside {
  readonly planned: PlannedAttempt;
  readonly charges: readonly Charge[];
}

/** `facts` are those that the decision was taken on. Undefined for a model that the program does not know. */
export function planAside(program: AsideProgram, decision: Decision, facts: Facts, name: string): Aside | undefined {
  const model = program.models.findIndex((known) => known.name === name);
  const found = program.models[model];
  if (found === undefined) return undefined;
  const row = decidedRow(program, decision, facts);
  const holding: Holding = {
    ...nothingHeld,
    guards: heldFor(program.guards, row, model),
    caps: heldFor(program.caps, row, model),
    sets: heldFor(program.sets, row, model),
    budgets: heldFor(program.budgets, row, model),
    limits: heldFor(program.limits, row, model),
  };
  const attempt = { ...unbounded, model: name, provider: found.provider, upstream: found.upstream };
  const pick = { after: null, timeoutMs: null, firstTokenMs: null };
  const [planned = attempt] = planAttempts(program, holding, [{ model, pick, attempt }], row);
  const [charges = []] = chargesOf(program, { ...decision, attempts: [planned] }, facts).attempts;
  return { planned, charges };
}

/** The facts of a decision, with what it found out itself. */
export function decidedRow(
  program: Pick<AsideProgram, 'facts'>,
  { route, splits: [split] }: Pick<Decision, 'route' | 'splits'>,
  facts: Facts,
): FactRow {
  const taken = new Map(facts);
  if (route !== null) taken.set('route', route);
  if (split) taken.set('branch', split.branch);
  return readRow(program, taken);
}

const unbounded: Omit<PlannedAttempt, 'model' | 'provider' | 'upstream'> = {
  timeoutMs: null,
  firstTokenTimeoutMs: null,
  after: null,
  guards: [],
  caps: {},
  set: {},
  budgets: [],
  limits: [],
};

/** The rules that hold for attempts on a model. */
function heldFor<Payload>(
  rules: readonly ProgramRule<Payload>[],
  row: FactRow,
  model: number,
): readonly Held<Payload>[] {
  return rules.flatMap(({ id, shadow, cases }) =>
    cases.flatMap(({ models, when, payload }) =>
      models?.includes(model) === true && evaluate(when, row) ? [{ id, shadow, models, payload }] : [],
    ),
  );
}
