import type { Environment } from './environment.ts';
import type { Choice } from './typed.ts';
import type { Type } from './types.ts';

interface NamedCounter {
  readonly id: string;
  readonly perAttempt: boolean;
}

/** What of a policy gives names to facts, beside the environment. A checked policy has it all. */
export interface FactNames {
  readonly environment: Environment;
  readonly budgets: readonly NamedCounter[];
  readonly limits: readonly NamedCounter[];
  readonly choices: readonly Pick<Choice, 'id' | 'kind'>[];
  readonly mirrors: readonly { readonly id: string }[];
}

/**
 * The type of a fact by its key: attributes of request and caller, the state of models (`haiku.up`, `haiku.latency`), of
 * counters (`budget.NAME.used`, `haiku.NAME.exhausted`), buckets of splits and mirrors (`NAME.bucket`), and the time of the week
 * in a zone (`now.Europe/Paris`).
 */
export function factType(names: FactNames, key: string): Type | undefined {
  const { environment } = names;
  if (key.startsWith('request.') || key.startsWith('caller.')) return environment.attributes.get(key)?.type;
  if (key.startsWith('now.')) return { kind: 'time' };
  return counterType(names, key) ?? bucketType(names, key) ?? modelType(names, key);
}

function counterType({ budgets, limits }: FactNames, key: string): Type | undefined {
  const [, kind, name, fact] = /^(budget|limit)\.(.+)\.(used|exhausted)$/.exec(key) ?? [];
  if (fact === 'used' && kind === 'budget')
    return budgets.some((budget) => budget.id === name) ? { kind: 'percent' } : undefined;
  if (kind !== 'limit' || !limits.some((limit) => limit.id === name)) return undefined;
  return { kind: fact === 'used' ? 'percent' : 'bool' };
}

function bucketType({ choices, mirrors }: FactNames, key: string): Type | undefined {
  const name = key.endsWith('.bucket') ? key.slice(0, -'.bucket'.length) : undefined;
  const known =
    choices.some((choice) => choice.kind === 'split' && choice.id === name) || mirrors.some(({ id }) => id === name);
  return known ? { kind: 'percent' } : undefined;
}

/** `haiku.up`, and `haiku.azure-tpm.exhausted` of a counter that attempts are charged to. Model names may hold dots. */
function modelType({ environment, budgets, limits }: FactNames, key: string): Type | undefined {
  const model = environment.models.find(
    ({ name }) =>
      key.startsWith(`${name}.`) && stateType(environment, key.slice(name.length + 1), [...budgets, ...limits]),
  );
  return model && stateType(environment, key.slice(model.name.length + 1), [...budgets, ...limits]);
}

function stateType(environment: Environment, fact: string, counters: readonly NamedCounter[]): Type | undefined {
  if (fact === 'up' || fact === 'latency') return environment.attributes.get(`model.${fact}`)?.type;
  const exhausted = counters.some(({ id, perAttempt }) => perAttempt && fact === `${id}.exhausted`);
  return exhausted ? { kind: 'bool' } : undefined;
}

/** Keys that a policy's facts may have, for suggestions. */
export function factKeys({ environment, budgets, limits, choices, mirrors }: FactNames): string[] {
  return [
    ...environment.attributes.keys(),
    ...environment.models.map(({ name }) => `${name}.up`),
    ...budgets.map(({ id }) => `budget.${id}.used`),
    ...limits.map(({ id }) => `limit.${id}.exhausted`),
    ...[...choices, ...mirrors].map(({ id }) => `${id}.bucket`),
    'now',
  ].filter((key) => !key.startsWith('model.'));
}
