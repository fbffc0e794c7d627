import { z } from 'zod';
import type { Attribute, Environment, Model } from '../semantics/environment.ts';
import { digestOf } from './digest.ts';
import type { PolicyProgram } from './program.ts';

/** What a compiled policy took from the config, value by value: with a config that says otherwise it would decide wrongly. */
export interface CompiledFor {
  readonly currency: string;
  /** The catalogue, in its order. */
  readonly models: readonly CompiledForModel[];
  /** The `model.…` values that were read, by their short names. */
  readonly reads: readonly string[];
  /** The attributes that were read, as they are declared. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of the guards that are named: their kinds. */
  readonly guards: Readonly<Record<string, string>>;
  readonly channels: readonly string[];
}

interface CompiledForModel {
  readonly name: string;
  readonly provider: string;
  readonly upstream: string;
  readonly answersTo: readonly string[];
  /** Of what was read, by short name; what the model lacks is left out. */
  readonly values: Readonly<Record<string, unknown>>;
}

export const compiledForShape: z.ZodType<CompiledFor> = z.strictObject({
  currency: z.string(),
  models: z.array(
    z.strictObject({
      name: z.string(),
      provider: z.string(),
      upstream: z.string(),
      answersTo: z.array(z.string()),
      values: z.record(z.string(), z.unknown()),
    }),
  ),
  reads: z.array(z.string()),
  attributes: z.record(z.string(), z.unknown()),
  guards: z.record(z.string(), z.string()),
  channels: z.array(z.string()),
});

/** A map that notes what is asked of it by name. */
class NotingMap<Held> extends Map<string, Held> {
  readonly #noted: Set<string>;

  constructor(entries: Iterable<readonly [string, Held]>, noted: Set<string>) {
    super(entries);
    this.#noted = noted;
  }

  override get(key: string): Held | undefined {
    this.#noted.add(key);
    return super.get(key);
  }

  override has(key: string): boolean {
    this.#noted.add(key);
    return super.has(key);
  }
}

export interface NotingEnvironment {
  readonly environment: Environment;
  /** What a program compiled with it depends on. */
  readonly compiledFor: (program: PolicyProgram) => CompiledFor;
}

/** An environment that notes what is read of it: a compiled policy is bound to that, and not to the rest of the config. */
export function notingReads(environment: Environment): NotingEnvironment {
  const [values, attributes] = [new Set<string>(), new Set<string>()];
  const models = environment.models.map((model) => ({ ...model, attributes: new NotingMap(model.attributes, values) }));
  return {
    environment: { ...environment, models, attributes: new NotingMap(environment.attributes, attributes) },
    compiledFor: (program) => describe(environment, [...values].sort(), [...attributes].sort(), program),
  };
}

function describe(
  environment: Environment,
  reads: readonly string[],
  attributes: readonly string[],
  { guards, budgets }: PolicyProgram,
): CompiledFor {
  const named = guards.flatMap(({ cases }) => cases.map(({ payload }) => payload.guard));
  const notices = budgets.flatMap(({ cases }) =>
    cases.flatMap(({ payload }) =>
      payload.thresholds.flatMap(({ effect }) => (effect.kind === 'notify' ? [effect.channel] : [])),
    ),
  );
  return {
    currency: environment.currency,
    models: environment.models.map((model) => ({ ...identityOf(model), values: valuesOf(model, reads) })),
    reads,
    attributes: Object.fromEntries(
      attributes.flatMap((key) => {
        const attribute = environment.attributes.get(key);
        return attribute ? [[key, declarationOf(attribute)] as const] : [];
      }),
    ),
    guards: Object.fromEntries(named.map((name) => [name, environment.guards.get(name)?.kind ?? ''])),
    channels: [...new Set(notices)].sort(),
  };
}

const identityOf = ({ name, provider, upstream, answersTo }: Model) => ({ name, provider, upstream, answersTo });

function valuesOf({ attributes }: Model, reads: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    reads.flatMap((name) => {
      const value = attributes.get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

const declarationOf = ({ type, presence, sensitive = false }: Attribute) => ({ type, presence, sensitive });

/** Where a config says otherwise than the one that a policy was compiled for. */
export function differencesFrom(compiled: CompiledFor, environment: Environment): string[] {
  const { currency, models, reads, attributes, guards, channels } = compiled;
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).join(', ');
  if (names(models) !== names(environment.models))
    return [`it was compiled for the models ${names(models)}; the config has ${names(environment.models)}`];
  return [
    ...(currency === environment.currency ? [] : [`its currency is ${currency}, the config’s ${environment.currency}`]),
    ...environment.models.flatMap((model, index) => modelDifferences(models[index], model, reads)),
    ...Object.entries(attributes).flatMap(([key, declared]) => {
      const attribute = environment.attributes.get(key);
      if (!attribute) return [`the config declares no attribute \`${key}\``];
      return isSame(declared, declarationOf(attribute)) ? [] : [`\`${key}\` is declared otherwise in the config`];
    }),
    ...Object.entries(guards).flatMap(([name, kind]) => {
      const guard = environment.guards.get(name);
      if (!guard) return [`the config has no guard \`${name}\``];
      return guard.kind === kind ? [] : [`the guard \`${name}\` is of the kind ${guard.kind} now, and was ${kind}`];
    }),
    ...channels
      .filter((name) => !environment.channels.has(name))
      .map((name) => `the config has no channel \`${name}\` to notify`),
  ];
}

function modelDifferences(before: CompiledForModel | undefined, now: Model, reads: readonly string[]): string[] {
  if (!before) return [];
  const { values, ...identity } = before;
  const wrong = (what: string, was: unknown, is: unknown) =>
    isSame(was, is) ? [] : [`the model \`${now.name}\` has ${what} ${show(is)} in the config, and had ${show(was)}`];
  return [
    ...wrong('the provider', identity.provider, now.provider),
    ...wrong('the upstream', identity.upstream, now.upstream),
    ...wrong('the public names', identity.answersTo, now.answersTo),
    ...reads.flatMap((name) => wrong(`\`${name}\``, values[name], now.attributes.get(name))),
  ];
}

const isSame = (one: unknown, other: unknown): boolean => digestOf(one ?? null) === digestOf(other ?? null);
const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
