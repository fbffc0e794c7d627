import type { PolicyProgram, ProgramBudget, ProgramLimit, ProgramRule } from '../compile/program.ts';
import type { CheckedLimit } from '../semantics/typed.ts';
import type { Window } from '../syntax/ast.ts';
import type { Decision } from './decision.ts';
import { evaluate, type FactRow, readRow, textOf, valueIn } from './evaluate.ts';
import type { FactKey, Facts } from './facts.ts';

/** A counter with the values of one request: what it counts, up to where, and which facts tell how it stands. */
export interface Charge {
  readonly name: string;
  /** Counts and never refuses. */
  readonly shadow: boolean;
  readonly unit: 'money' | CheckedLimit['unit'];
  /** With the name and the window the identity of the counter. */
  readonly policy: string;
  readonly window: Window | 'concurrent';
  readonly each: Readonly<Record<string, string>>;
  /** Of a budget in nano-units. */
  readonly amount: number;
  readonly burst: number | undefined;
  /** The model by whose attempts it is charged; null: by the request, or by all its attempts alike. */
  readonly model: string | null;
  /** Of a budget: where a plan or reject comes into force, in basis points, rising; of a limit nothing. */
  readonly thresholds: readonly number[];
  /** The facts that hold how much of it is used, and whether nothing is left; undefined where no rule can read one. */
  readonly usedFact: FactKey | undefined;
  readonly exhaustedFact: FactKey | undefined;
}

/** What of a program says what is counted. */
export type CountingProgram = Pick<PolicyProgram, 'budgets' | 'limits' | 'models' | 'facts' | 'currency'>;

/** What a decision charges. */
export interface Charges {
  /** Once per request. */
  readonly request: readonly Charge[];
  /** For each attempt of the plan, in its order. */
  readonly attempts: readonly (readonly Charge[])[];
}

/** Whether it counts anything at all. */
export function isCounting({ budgets, limits }: Pick<CountingProgram, 'budgets' | 'limits'>): boolean {
  return budgets.length > 0 || limits.length > 0;
}

const noCharges: Charges = { request: [], attempts: [] };

const ofRequest = [null] as const;

/** Every counter whose state the program may read, whether or not it comes to bear on this request. */
export function countersRead(program: CountingProgram, facts: Facts): readonly Charge[] {
  const row = readRow(program, facts);
  const charges: Charge[] = [];
  for (const rule of rulesOf(program)) {
    for (const { models, payload } of rule.cases) {
      for (const model of models ?? ofRequest) charges.push(chargeOf(program, rule, payload, row, model));
    }
  }
  return charges;
}

/**
 * The counters that a decision names, for the request and for each attempt, and those in the shadow that would have been named. A limit
 * whose `else` is in force is not among them.
 */
export function chargesOf(program: CountingProgram, decision: Decision, facts: Facts): Charges {
  if (!isCounting(program)) return noCharges;
  const row = readRow(program, facts);
  const shared = chargesBy(program, decision.obligations, row, null);
  const ofEach = shared.filter((charge) => !isPerRequest(charge));
  return {
    request: shared.filter(isPerRequest),
    attempts: decision.attempts.map((attempt) => [...ofEach, ...chargesBy(program, attempt, row, attempt.model)]),
  };
}

/** Of rules that are named, and of those in the shadow, for the request or for an attempt on a model. */
function chargesBy(program: CountingProgram, named: Named, row: FactRow, modelName: string | null): readonly Charge[] {
  const charges: Charge[] = [];
  const model = modelName === null ? null : program.models.findIndex(({ name }) => name === modelName);
  for (const rule of rulesOf(program)) {
    if (rule.shadow ? rule.perAttempt !== (model !== null) : !isNamed(named, rule.id)) continue;
    for (const { models, when, payload } of rule.cases) {
      const speaks = model === null ? models === null : models?.includes(model) === true;
      if (speaks && evaluate(when, row)) charges.push(chargeOf(program, rule, payload, row, model));
    }
  }
  return charges;
}

type Named = Pick<Decision['obligations'], 'budgets' | 'limits'>;

function isNamed({ budgets, limits }: Named, id: string): boolean {
  return budgets.some(({ name }) => name === id) || limits.some(({ name }) => name === id);
}

/** Requests and what runs at once are counted once per request; money and tokens by what each attempt uses. */
const isPerRequest = ({ unit }: Charge): boolean => unit === 'req' || unit === 'concurrent';

type CounterRule = ProgramRule<ProgramBudget> | ProgramRule<ProgramLimit>;
type CounterPayload = ProgramBudget | ProgramLimit;

function rulesOf({ budgets, limits }: CountingProgram): readonly CounterRule[] {
  return [...budgets, ...limits];
}

/** Of one rule so many charges are remembered. */
const mostRemembered = 1000;
const remembered = new WeakMap<CounterPayload, Map<string, Charge>>();

/** Requests of one caller are charged alike: the same charge, so that what follows from it is worked out once. */
function chargeOf(
  program: CountingProgram,
  rule: CounterRule,
  payload: CounterPayload,
  row: FactRow,
  model: number | null,
): Charge {
  const texts = payload.each.map(({ value }) => textOf(program, value, row));
  const amount = Number(valueIn(payload.amount, row) ?? 0);
  const burst =
    'thresholds' in payload || payload.burst === null ? undefined : Number(valueIn(payload.burst, row) ?? 0);
  const id = `${model} ${amount} ${burst} ${texts.length === 1 ? texts[0] : JSON.stringify(texts)}`;
  const known = remembered.get(payload) ?? new Map<string, Charge>();
  const before = known.get(id);
  if (before !== undefined) return before;
  const each = Object.fromEntries(payload.each.map(({ name }, place) => [name, texts[place] ?? '']));
  const charge = createCharge(program, rule, payload, { each, amount, burst, model });
  if (known.size >= mostRemembered) known.clear();
  known.set(id, charge);
  remembered.set(payload, known);
  return charge;
}

interface ChargeValues extends Pick<Charge, 'each' | 'amount' | 'burst'> {
  readonly model: number | null;
}

function createCharge(
  program: CountingProgram,
  { id, shadow }: CounterRule,
  payload: CounterPayload,
  { each, amount, burst, model }: ChargeValues,
): Charge {
  const name = model === null ? null : (program.models[model]?.name ?? '');
  const isBudget = 'thresholds' in payload;
  return {
    name: id,
    shadow,
    unit: isBudget ? 'money' : payload.unit,
    policy: payload.policy,
    window: payload.window,
    each,
    amount,
    burst,
    model: name,
    thresholds: isBudget ? payload.thresholds.filter(({ effect }) => effect.kind !== 'notify').map(({ at }) => at) : [],
    usedFact: name === null ? `${isBudget ? 'budget' : 'limit'}.${id}.used` : undefined,
    exhaustedFact: name === null ? (isBudget ? undefined : `limit.${id}.exhausted`) : `${name}.${id}.exhausted`,
  };
}
