import type {
  Bucket,
  Destination,
  PolicyProgram,
  ProgramPlan,
  ProgramRule,
  Refusal,
  RuleCase,
} from '../compile/program.ts';
import { choicesOf, constraintsOf, type ObligationList, obligationLists, obligationsOf } from '../compile/tables.ts';
import { Codes, type LoadedIndex, loadColumns, loadIndex } from './ask-index.ts';
import type { Decision, Fallback, Removed, Retry } from './decision.ts';
import { FactsWriter } from './facts-writer.ts';
import { type LoadedPlan, loadPlan } from './load-plan.ts';

/**
 * A program made ready to be asked many times: its tables in typed arrays, each condition's number tied to what it stands for, and
 * every part of a decision that no request changes made once. It follows from the program and nothing else.
 */
export interface LoadedProgram {
  readonly program: PolicyProgram;
  readonly policy: Decision['policy'];
  readonly facts: LoadedFacts;
  readonly codes: Codes;
  readonly factsWriter: FactsWriter;
  /** Its conditions are those of the removals, then those of the refusals. */
  readonly constraints: LoadedIndex;
  readonly removals: readonly Removal[];
  readonly refusals: readonly Refusal[];
  /** Its conditions are those of the choices. */
  readonly choices: LoadedIndex;
  readonly chosen: readonly LoadedChoice[];
  readonly otherwise: LoadedDestination;
  /** What holds where a plan in force took the place of the route's. */
  readonly general: Pick<LoadedDestination, 'retry' | 'fallback'>;
  /** Its conditions are those of the cases. */
  readonly obligations: LoadedIndex;
  readonly cases: readonly LoadedCase[];
  /** Plans of thresholds and limits. */
  readonly plans: ReadonlyMap<ProgramPlan, LoadedPlan>;
  /** The models that answer to a public name. */
  readonly answers: ReadonlyMap<string, readonly number[]>;
  /** Whether some rule is only evaluated and logged. */
  readonly hasShadows: boolean;
}

/** Where facts stand that the engine itself reads; −1 where the program does not read them. */
interface LoadedFacts {
  readonly route: number;
  readonly branch: number;
  readonly inputTokens: number;
  readonly requestModel: number;
}

/** A `deny model` for models for which it reads the same. */
export interface Removal {
  readonly rule: string;
  readonly shadow: boolean;
  readonly models: readonly number[];
  /** In catalogue order. */
  readonly removes: readonly RemovedModel[];
  /** The same, as decisions show it. */
  readonly shown: readonly Removed[];
}

export interface RemovedModel {
  readonly model: number;
  /** Its place among all that could be removed: by model, then by rule in file order. */
  readonly place: number;
  readonly shown: Removed;
}

export interface LoadedChoice {
  readonly name: string;
  readonly to: LoadedDestination | LoadedSplit;
}

export interface LoadedSplit {
  readonly kind: 'split';
  readonly bucket: Bucket;
  readonly branches: readonly {
    readonly name: string;
    readonly end: number;
    readonly destination: LoadedDestination;
  }[];
}

export interface LoadedDestination {
  readonly kind: 'destination';
  readonly plan: LoadedPlan;
  readonly retry: readonly Retry[];
  readonly fallback: Fallback;
}

/** A case of a rule of stage 3. */
export interface LoadedCase {
  readonly list: ObligationList;
  readonly id: string;
  readonly shadow: boolean;
  readonly models: RuleCase<unknown>['models'];
  readonly payload: unknown;
}

const loadedPrograms = new WeakMap<PolicyProgram, LoadedProgram>();

/** The program made ready; a program is loaded once. */
export function loadProgram(program: PolicyProgram): LoadedProgram {
  const known = loadedPrograms.get(program);
  if (known) return known;
  const loaded = load(program);
  loadedPrograms.set(program, loaded);
  return loaded;
}

function load(program: PolicyProgram): LoadedProgram {
  const { name, digest, tables, denials, refusals, choices } = program;
  const live = choices.filter(({ shadow }) => !shadow);
  const cases = obligationLists.flatMap((list) => casesOf(program, list));
  return {
    program,
    policy: { name, digest },
    facts: loadFacts(program),
    factsWriter: new FactsWriter(program),
    codes: new Codes(loadColumns(tables.columns)),
    constraints: loadIndex(tables.constraints, constraintsOf(program)),
    removals: loadRemovals(program),
    refusals,
    choices: loadIndex(tables.choices, choicesOf(program)),
    chosen: live.map((choice) => ({ name: choice.name, to: loadTarget(program, choice.to) })),
    otherwise: loadDestination(program, program.otherwise),
    general: { retry: retryOf(program.retries), fallback: fallbackOf(program.fallback) },
    obligations: loadIndex(tables.obligations, obligationsOf(program)),
    cases,
    plans: loadPlans(program),
    answers: new Map(program.answers),
    hasShadows: [...denials, ...refusals, ...choices, ...cases].some(({ shadow }) => shadow),
  };
}

function loadFacts({ facts }: PolicyProgram): LoadedFacts {
  const placeOf = (key: string) => facts.findIndex((slot) => slot.key === key);
  return {
    route: placeOf('route'),
    branch: placeOf('branch'),
    inputTokens: placeOf('request.input_tokens'),
    requestModel: placeOf('request.model'),
  };
}

function loadRemovals({ denials, models: catalogue }: PolicyProgram): Removal[] {
  return denials.flatMap(({ rule, shadow, because, groups }, index) =>
    groups.map(({ models }): Removal => {
      const removes = models
        .toSorted((a, b) => a - b)
        .map((model) => {
          const shown = { model: catalogue[model]?.name ?? '', rule, because };
          return { model, place: model * denials.length + index, shown };
        });
      return { rule, shadow, models, removes, shown: removes.map(({ shown }) => shown) };
    }),
  );
}

function loadTarget(program: PolicyProgram, to: PolicyProgram['choices'][number]['to']): LoadedChoice['to'] {
  if (to.kind === 'destination') return loadDestination(program, to);
  const branches = to.branches.map(({ name, end, destination }) => {
    return { name, end, destination: loadDestination(program, destination) };
  });
  return { kind: 'split', bucket: to.bucket, branches };
}

function loadDestination(program: PolicyProgram, { plan, retries, fallback }: Destination): LoadedDestination {
  return {
    kind: 'destination',
    plan: loadPlan(program, plan),
    retry: retryOf(retries),
    fallback: fallbackOf(fallback),
  };
}

function retryOf(retries: Destination['retries']): Retry[] {
  return retries.map(({ on, times, backoffMs }) => ({ on, times, backoffMs: backoffMs ?? [0, 0] }));
}

function fallbackOf({ on, maxAttempts, withinMs }: Fallback): Fallback {
  return { on, maxAttempts, withinMs };
}

function casesOf(program: PolicyProgram, list: ObligationList): LoadedCase[] {
  const rules: readonly ProgramRule<unknown>[] = program[list];
  return rules.flatMap(({ id, shadow, cases }) =>
    cases.map(({ models, payload }) => ({ list, id, shadow, models, payload })),
  );
}

function loadPlans(program: PolicyProgram): ReadonlyMap<ProgramPlan, LoadedPlan> {
  const thresholds = program.budgets.flatMap(({ cases }) => cases.flatMap(({ payload }) => payload.thresholds));
  const plans = [
    ...thresholds.flatMap(({ effect }) => (effect.kind === 'notify' ? [] : [effect])),
    ...program.limits.flatMap(({ cases }) => cases.map(({ payload }) => payload.otherwise)),
  ];
  return new Map(plans.map((plan) => [plan, loadPlan(program, plan)]));
}
