import type { PolicyProgram } from '../compile/program.ts';
import { positionAt } from '../diagnostics/source.ts';
import { type Span, spanText } from '../diagnostics/span.ts';
import { typeOfRead, withReceivers } from '../semantics/environment.ts';
import { writeValue } from '../semantics/read-value.ts';
import type { CheckedPolicy, Choice, Condition, Constraint, DenyModel, Obligation } from '../semantics/typed.ts';
import type { Value } from '../semantics/types.ts';
import { decide } from './decide.ts';
import type { Decision, TraceStep } from './decision.ts';
import type { Facts } from './facts.ts';
import { interpretCondition } from './interpret.ts';

/** The decision of a program, with the reasons: each rule that was asked, in order, what it read and what it did. */
export function explainDecision(policy: CheckedPolicy, program: PolicyProgram, facts: Facts): Decision {
  const decision = decide(program, facts);
  const explainer = new Explainer(policy, facts);
  const constraints = policy.constraints.flatMap((rule) => explainer.constraint(rule));
  const routes = decision.route === null ? [] : explainer.routes(decision.route);
  const behind = decision.route === null ? [] : new Explainer(policy, withTaken(facts, decision)).obligations(decision);
  return { ...decision, trace: [...explainer.builtIn(decision), ...constraints, ...routes, ...behind] };
}

/** What was taken is a fact for the rules behind the routes. */
function withTaken(facts: Facts, { route, splits }: Decision): Facts {
  const [split] = splits;
  return new Map([
    ...facts,
    ...(route === null ? [] : [['route', route] as const]),
    ...(split ? [['branch', split.branch] as const] : []),
  ]);
}

class Explainer {
  readonly #policy: CheckedPolicy;
  readonly #facts: Facts;

  constructor(policy: CheckedPolicy, facts: Facts) {
    this.#policy = policy;
    this.#facts = facts;
  }

  /** Models that a built-in constraint removed; the rule stands in no file. */
  builtIn(decision: Decision): TraceStep[] {
    const written = new Set(this.#policy.constraints.map(({ id }) => id));
    return decision.removed
      .filter(({ rule }) => !written.has(rule))
      .map(({ rule, model, because }) => ({
        rule,
        did: `removed ${model}`,
        at: 'built in',
        condition: because,
        holds: true,
        read: {},
      }));
  }

  constraint(rule: Constraint): TraceStep[] {
    if (rule.kind === 'deny-model') return this.#denyModel(rule);
    const { holds, read } = this.#ask(rule.when, undefined);
    return [this.#step(rule.id, rule.span, holds ? `refused with ${rule.status}` : 'passed', holds, read, rule.when)];
  }

  #denyModel(rule: DenyModel): TraceStep[] {
    const { models } = withReceivers(this.#policy.environment);
    const asked = models.map((model, index) => ({ model, ...this.#ask(rule.when, index) }));
    const removed = asked.filter(({ holds }) => holds);
    if (removed.length === 0)
      return [this.#step(rule.id, rule.span, 'removed nothing', false, asked[0]?.read ?? {}, rule.when)];
    return removed.map(({ model, read }) =>
      this.#step(rule.id, rule.span, `removed ${model.name}`, true, read, rule.when),
    );
  }

  /** The routes from the top, down to the one that was taken. */
  routes(taken: string): TraceStep[] {
    const { choices, otherwise } = this.#policy;
    const end = choices.findIndex(({ id }) => id === taken);
    const asked = (end === -1 ? choices : choices.slice(0, end + 1)).map((choice) => this.#choice(choice, taken));
    return end === -1 ? [...asked, this.#step('otherwise', otherwise.span, 'taken', true, {}, null)] : asked;
  }

  #choice({ id, span, when }: Choice, taken: string): TraceStep {
    const { holds, read } = when ? this.#ask(when, undefined) : { holds: true, read: {} };
    return this.#step(id, span, id === taken ? 'taken' : 'passed over', holds, read, when);
  }

  /** Rules of stage 3: which hold, for the request or for which models, and which took the place of the plan. */
  obligations(decision: Decision): TraceStep[] {
    const { budgets, limits, caps, caches, guards, sets, tags, mirrors } = this.#policy;
    const replacing = new Map(
      (decision.replacedBy ?? []).map((by) =>
        'budget' in by ? [by.budget, `reached ${by.at}`] : [by.limit, 'is exhausted'],
      ),
    );
    const rules = [...budgets, ...limits, ...caps, ...caches, ...guards, ...sets, ...tags, ...mirrors];
    return rules.flatMap((rule) => this.#obligation(rule, decision, replacing.get(rule.id)));
  }

  #obligation(rule: Obligation, { attempts, reject }: Decision, replaced: string | undefined): TraceStep[] {
    const { id, span, when } = rule;
    if (!rule.perAttempt) {
      const { holds, read } = when ? this.#ask(when, undefined) : { holds: true, read: {} };
      const effect = reject ? 'refused' : 'took the place of the plan';
      const did = replaced ? `${replaced}: ${effect}` : holds ? 'holds' : 'does not hold';
      return [this.#step(id, span, did, holds, read, when)];
    }
    return attempts.map(({ model }) => {
      const index = this.#policy.environment.models.findIndex(({ name }) => name === model);
      const { holds, read } = when ? this.#ask(when, index) : { holds: true, read: {} };
      return this.#step(id, span, `${holds ? 'holds' : 'does not hold'} for ${model}`, holds, read, when);
    });
  }

  #ask(condition: Condition, model: number | undefined): { holds: boolean; read: Record<string, unknown> } {
    const { environment } = this.#policy;
    const read = new Map<string, unknown>();
    const onRead = (name: string, value: Value | undefined) => {
      const type = typeOfRead(environment, name);
      read.set(name, value === undefined ? 'missing' : type ? writeValue(type, value, environment.currency) : value);
    };
    const holds = interpretCondition(
      { environment: withReceivers(environment), facts: this.#facts, model, onRead },
      condition,
    );
    return { holds, read: Object.fromEntries(read) };
  }

  #step(
    rule: string,
    span: Span,
    did: string,
    holds: boolean,
    read: Record<string, unknown>,
    condition: Condition | null,
  ): TraceStep {
    const { line, column } = positionAt(span.source, span.start);
    const text = condition && oneLine(spanText(condition.span));
    return { rule, did, at: `${span.source.name}:${line}:${column}`, condition: text, holds, read };
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
