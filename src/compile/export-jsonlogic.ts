import type { Value } from '../semantics/types.ts';
import type { Ir } from './ir.ts';
import { type JsonLogic, toJsonLogic } from './jsonlogic.ts';
import type { FactSlot, PolicyProgram, ProgramRule, Question } from './program.ts';

/** A policy's conditions for hosts that have JsonLogic and not this language. */
export interface JsonLogicExport {
  readonly format: 'llmpolicy-jsonlogic';
  /** Of this shape. */
  readonly version: 1;
  readonly policy: string;
  readonly edition: number;
  readonly meaning: number;
  /** Of the program whose conditions these are. */
  readonly digest: string;
  /** The catalogue, in its order. */
  readonly models: readonly string[];
  /** What stands at each index of the array that the rules read, in the form that `Value` says. */
  readonly facts: readonly ExportedFact[];
  /** Facts that a host answers by looking at a text. */
  readonly questions: readonly ExportedQuestion[];
  /** Facts that are the minutes since Monday 00:00 in a time zone. */
  readonly zones: readonly { readonly fact: number; readonly zone: string }[];
  readonly rules: readonly ExportedRule[];
}

export interface ExportedFact {
  readonly index: number;
  readonly key: string;
  readonly type: FactSlot['type']['kind'];
  /** Of an enum, and of a set of words: what there is. */
  readonly values?: readonly string[];
  /** What stands for it where it is not known; without one it is left out. */
  readonly absent?: Value;
  /** What deciding itself finds: the `route` and `branch` taken, which only rules of stage 3 read, and buckets. */
  readonly derived?: true;
  readonly sensitive?: true;
}

interface ExportedQuestion {
  readonly fact: number;
  readonly attribute: string;
  readonly pattern: Question['pattern'];
  readonly absent?: Value;
}

export interface ExportedRule {
  readonly id: string;
  readonly stage: 1 | 2 | 3;
  readonly kind: string;
  readonly shadow: boolean;
  /** The models it speaks of; null where it speaks of the request. A rule stands here once for each group of models. */
  readonly models: readonly string[] | null;
  readonly when: JsonLogic;
}

export function exportJsonLogic(program: PolicyProgram): JsonLogicExport {
  const { name, edition, meaning, digest, models, facts, questions, zones } = program;
  const places = new Map(facts.map(({ key }, index) => [key, index]));
  return {
    format: 'llmpolicy-jsonlogic',
    version: 1,
    policy: name,
    edition,
    meaning,
    digest,
    models: models.map((model) => model.name),
    facts: facts.map(exportFact),
    questions: questions.map(({ fact, ...question }) => ({ fact: places.get(fact) ?? -1, ...question })),
    zones: zones.map((zone) => ({ fact: places.get(`now.${zone}`) ?? -1, zone })),
    rules: exportRules(program),
  };
}

function exportFact({ key, type, absent, derived, sensitive }: FactSlot, index: number): ExportedFact {
  const values = 'values' in type ? type.values : undefined;
  return {
    index,
    key,
    type: type.kind,
    ...(values && { values }),
    ...(absent !== undefined && { absent }),
    ...(derived && { derived }),
    ...(sensitive && { sensitive }),
  };
}

/** Every condition of every rule: constraints as they stand, routes from the top, obligations kind by kind. */
function exportRules(program: PolicyProgram): ExportedRule[] {
  const {
    denials,
    receivers = [],
    refusals,
    choices,
    budgets,
    limits,
    caps,
    caches,
    guards,
    sets,
    tags,
    mirrors,
  } = program;
  const stageThree = { budget: budgets, limit: limits, cap: caps, cache: caches, guard: guards, set: sets, tag: tags };
  const named = (indices: readonly number[]) => indices.map((index) => program.models[index]?.name ?? '');
  const exported = (stage: 1 | 2 | 3, kind: string, rule: { id: string; shadow: boolean }) => {
    return (models: readonly number[] | null, when: Ir): ExportedRule => {
      return {
        id: rule.id,
        stage,
        kind,
        shadow: rule.shadow,
        models: models && named(models),
        when: toJsonLogic(when),
      };
    };
  };
  const obligations = (kind: string, rules: readonly ProgramRule<unknown>[]) =>
    rules.flatMap((rule) => rule.cases.map(({ models, when }) => exported(3, kind, rule)(models, when)));
  return [
    ...denials.flatMap(({ rule: id, shadow, groups }) =>
      groups.map(({ models, when }) => exported(1, 'deny model', { id, shadow })(models, when)),
    ),
    ...receivers.flatMap(({ name, denials: own }) =>
      own.map(({ rule: id, shadow, when }) => ({
        ...exported(1, 'deny model', { id, shadow })(null, when),
        models: [name],
      })),
    ),
    ...refusals.map(({ rule: id, shadow, when }) => exported(1, 'refuse', { id, shadow })(null, when)),
    ...choices.map(({ name: id, shadow, when, to }) =>
      exported(2, to.kind === 'split' ? 'split' : 'route', { id, shadow })(null, when),
    ),
    ...Object.entries({ ...stageThree, mirror: mirrors }).flatMap(([kind, rules]) => obligations(kind, rules)),
  ];
}
