import { type Environment, withReceivers } from '../semantics/environment.ts';
import type {
  CheckedBudget,
  CheckedDestination,
  CheckedLimit,
  CheckedPick,
  CheckedPlan,
  CheckedPolicy,
  CheckedSplit,
  Choice,
  Condition,
  Constraint,
  Counter,
  EachKey,
  Obligation,
  Operand,
} from '../semantics/typed.ts';
import type { FactTable } from './fact-table.ts';
import { always, type Ir } from './ir.ts';
import { lowerCondition, lowerOperand, type Scope } from './lower.ts';
import type {
  Bucket,
  Denial,
  Destination,
  ProgramBudget,
  ProgramChoice,
  ProgramCounter,
  ProgramKey,
  ProgramLimit,
  ProgramOperand,
  ProgramPick,
  ProgramPlan,
  ProgramReceiver,
  ProgramRule,
  ProgramSplit,
  Refusal,
  RuleCase,
} from './program.ts';

/** Lowers a policy's rules, each on its own, into the facts of one program. */
export class RuleLowering {
  readonly #policy: CheckedPolicy;
  readonly #environment: Environment;
  readonly #facts: FactTable;
  readonly #scope: Scope;
  readonly #places: ReadonlyMap<Counter, number>;

  constructor(policy: CheckedPolicy, facts: FactTable) {
    this.#policy = policy;
    this.#places = new Map(policy.counters.map((counter, place) => [counter, place]));
    this.#environment = policy.environment;
    this.#facts = facts;
    this.#scope = { environment: policy.environment, facts, model: undefined };
  }

  denial(rule: Constraint): Denial[] {
    if (rule.kind !== 'deny-model') return [];
    const { id, shadow, because } = rule;
    const cases = this.#forEachModel((scope) => ({ when: lowerCondition(scope, rule.when), payload: null }));
    return [{ rule: id, shadow, because, groups: cases.map(({ models, when }) => ({ models: models ?? [], when })) }];
  }

  /** Each receiver, with the rules that may deny it. */
  receivers(rules: readonly Constraint[]): ProgramReceiver[] {
    const environment = withReceivers(this.#environment);
    return environment.receivers.map(({ name }, index) => {
      const scope = { ...this.#scope, environment, model: this.#environment.models.length + index };
      const denials = rules.flatMap((rule) => {
        if (rule.kind !== 'deny-model') return [];
        const { id, shadow, because } = rule;
        const when = lowerCondition(scope, rule.when);
        return when.op === 'constant' && !when.value ? [] : [{ rule: id, shadow, because, when }];
      });
      return { name, denials };
    });
  }

  refusal(rule: Constraint): Refusal[] {
    if (rule.kind !== 'refuse') return [];
    const { id, shadow, code, status, message } = rule;
    return [{ rule: id, shadow, code, status, message, when: this.when(rule.when) }];
  }

  when(condition: Condition | null): Ir {
    return condition ? lowerCondition(this.#scope, condition) : always;
  }

  operand(operand: Operand): ProgramOperand {
    return lowerOperand(this.#scope, operand);
  }

  choice(choice: Choice): ProgramChoice {
    const { id, shadow } = choice;
    const to = choice.kind === 'route' ? this.destination(choice.destination) : this.#split(choice);
    return { name: id, shadow, when: this.when(choice.when), to };
  }

  #split({ id, key, salt, branches }: CheckedSplit): ProgramSplit {
    return {
      kind: 'split',
      bucket: this.bucket(id, key, salt),
      branches: branches.map(({ name, end, destination }) => ({
        name,
        end,
        destination: this.destination(destination),
      })),
    };
  }

  bucket(id: string, key: Operand, salt: string): Bucket {
    return { fact: this.#facts.slot(`${id}.bucket`, { kind: 'percent' }, true), key: this.operand(key), salt };
  }

  destination({ plan, retries, fallback }: CheckedDestination): Destination {
    const own = retries ?? this.#policy.retries;
    this.readJitter(own);
    return { kind: 'destination', plan: this.plan(plan), retries: own, fallback: fallback ?? this.#policy.fallback };
  }

  /** The jitter of a backoff comes from the hash of the request's id. */
  readJitter(retries: Destination['retries']): void {
    if (retries.some(({ backoffMs }) => backoffMs)) this.#facts.slot('request.id', { kind: 'string' });
  }

  plan(plan: CheckedPlan): ProgramPlan {
    return plan.kind === 'reject' ? plan : { kind: 'use', picks: plan.picks.map((pick) => this.#pick(pick)) };
  }

  #pick({ order, ...pick }: CheckedPick): ProgramPick {
    if (order === 'cheapest') this.#facts.slot('request.input_tokens', { kind: 'tokens' });
    return { ...pick, order: typeof order === 'string' ? order : { key: this.operand(order.key), salt: order.salt } };
  }

  /** A rule of stage 3: for the request, or for each model on its own. */
  rule<Payload>(rule: Obligation, payload: (scope: Scope) => Payload): ProgramRule<Payload> {
    const { id, shadow, perAttempt } = rule;
    const lower = (scope: Scope) => ({
      when: rule.when ? lowerCondition(scope, rule.when) : always,
      payload: payload(scope),
    });
    const cases = perAttempt ? this.#forEachModel(lower) : [{ models: null, ...lower(this.#scope) }];
    return { id, shadow, perAttempt, cases };
  }

  /** One case for each group of models for which something reads the same; models for which it never holds have none. */
  #forEachModel<Payload>(lower: (scope: Scope) => { when: Ir; payload: Payload }): RuleCase<Payload>[] {
    const groups = new Map<string, { models: number[]; when: Ir; payload: Payload }>();
    this.#environment.models.forEach((_, model) => {
      const lowered = lower({ ...this.#scope, model });
      if (lowered.when.op === 'constant' && !lowered.when.value) return;
      const key = JSON.stringify(lowered);
      const group = groups.get(key);
      if (group) group.models.push(model);
      else groups.set(key, { models: [model], ...lowered });
    });
    return [...groups.values()];
  }

  budget(budget: CheckedBudget): ProgramRule<ProgramBudget> {
    const state = budget.perAttempt ? null : this.#facts.slot(`budget.${budget.id}.used`, { kind: 'percent' });
    return this.rule(budget, (scope) => ({
      ...this.#counter(scope, budget, state),
      thresholds: budget.thresholds.map(({ at, effect }) => ({
        at,
        effect: effect.kind === 'notify' ? effect : this.plan(effect),
      })),
    }));
  }

  limit(limit: CheckedLimit): ProgramRule<ProgramLimit> {
    const state = limit.perAttempt ? null : this.#facts.slot(`limit.${limit.id}.exhausted`, { kind: 'bool' });
    const { unit, burst } = limit;
    return this.rule(limit, (scope) => ({
      ...this.#counter(scope, limit, state),
      unit,
      burst: burst && this.operand(burst),
      otherwise: this.plan(limit.otherwise),
    }));
  }

  #counter(scope: Scope, counter: Counter, state: number | null): ProgramCounter {
    const { policy, amount, window, each } = counter;
    const place = this.#places.get(counter) ?? 0;
    return { policy, amount: this.operand(amount), window, each: this.keys(scope, each), place, state };
  }

  keys(scope: Scope, each: readonly EachKey[]): ProgramKey[] {
    return each.map(({ name, operand }) => ({
      name,
      value: operand
        ? lowerOperand(scope, operand)
        : { type: { kind: 'string' }, facts: [], constant: this.#modelName(scope) },
    }));
  }

  #modelName({ model }: Scope): string {
    return (model === undefined ? undefined : this.#environment.models[model]?.name) ?? '';
  }
}
