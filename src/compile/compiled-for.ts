import { z } from 'zod';
import type { Attribute, Environment, Model } from '../semantics/environment.ts';
import { digestOf } from './digest.ts';

/**
 * What a compiled policy took from the config, value by value: with a config that says otherwise it would decide wrongly. By name
 * there are lists of pairs, since names may be any word.
 */
export interface CompiledFor {
  readonly currency: string;
  /** The catalogue, in its order. */
  readonly models: readonly CompiledForModel[];
  /** What is no model and receives content, where the config has any: with what was read of it. */
  readonly receivers?: Pairs<Pairs<unknown>>;
  /** The `model.…` values that were read, by their short names. */
  readonly reads: readonly string[];
  /** The attributes that were read, as they are declared. */
  readonly attributes: Pairs<unknown>;
  /** Of the guards that are named: their kinds. */
  readonly guards: Pairs<string>;
  readonly channels: readonly string[];
}

export type Pairs<Value> = readonly (readonly [name: string, value: Value])[];

export interface CompiledForModel {
  readonly name: string;
  readonly provider: string;
  readonly upstream: string;
  readonly answersTo: readonly string[];
  /** Of what was read; what the model lacks is left out. */
  readonly values: Pairs<unknown>;
}

const texts = z.array(z.string());
const anyPairs = z.array(z.tuple([z.string(), z.unknown()]));

export const compiledForShape: z.ZodType<CompiledFor> = z.strictObject({
  currency: z.string(),
  models: z.array(
    z.strictObject({
      name: z.string(),
      provider: z.string(),
      upstream: z.string(),
      answersTo: texts,
      values: anyPairs,
    }),
  ),
  receivers: z.array(z.tuple([z.string(), anyPairs])).exactOptional(),
  reads: texts,
  attributes: anyPairs,
  guards: z.array(z.tuple([z.string(), z.string()])),
  channels: texts,
});

/** What is said of an attribute where it is declared. */
export const declarationOf = ({ type, presence, sensitive = false }: Attribute) => ({ type, presence, sensitive });

/** Where a config says otherwise than the one that a policy was compiled for. */
export function differencesFrom(compiled: CompiledFor, environment: Environment): string[] {
  const { currency, models, receivers = [], reads, attributes, guards, channels } = compiled;
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).join(', ');
  if (names(models) !== names(environment.models))
    return [`it was compiled for the models ${names(models)}; the config has ${names(environment.models)}`];
  return [
    ...(currency === environment.currency ? [] : [`its currency is ${currency}, the config’s ${environment.currency}`]),
    ...environment.models.flatMap((model, index) => modelDifferences(models[index], model, reads)),
    ...receiverDifferences(new Map(receivers), environment, reads),
    ...attributes.flatMap(([key, declared]) => {
      const attribute = environment.attributes.get(key);
      if (!attribute) return [`the config declares no attribute \`${key}\``];
      return isSame(declared, declarationOf(attribute)) ? [] : [`\`${key}\` is declared otherwise in the config`];
    }),
    ...guards.flatMap(([name, kind]) => {
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
  const values = new Map(before.values);
  const wrong = (what: string, was: unknown, is: unknown) =>
    isSame(was, is) ? [] : [`the model \`${now.name}\` has ${what} ${show(is)} in the config, and had ${show(was)}`];
  return [
    ...wrong('the provider', before.provider, now.provider),
    ...wrong('the upstream', before.upstream, now.upstream),
    ...wrong('the public names', before.answersTo, now.answersTo),
    ...reads.flatMap((name) => wrong(`\`${name}\``, values.get(name), now.attributes.get(name))),
  ];
}

/** A receiver that was not there when the policy was compiled would be kept from nothing. */
function receiverDifferences(
  compiled: ReadonlyMap<string, Pairs<unknown>>,
  { receivers }: Environment,
  reads: readonly string[],
): string[] {
  const names = receivers.map(({ name }) => name).join(', ');
  const before = [...compiled.keys()].join(', ');
  if (names !== before)
    return [`it was compiled for the receivers of content ${before || 'nobody'}; the config has ${names || 'none'}`];
  return receivers.flatMap(({ name, attributes }) => {
    const values = new Map(compiled.get(name));
    const changed = reads.filter((read) => !isSame(values.get(read), attributes.get(read)));
    return changed.map(
      (read) =>
        `the guard \`${name}\` has \`${read}\` ${show(attributes.get(read))} in the config, and had ${show(values.get(read))}`,
    );
  });
}

const isSame = (one: unknown, other: unknown): boolean => digestOf(one ?? null) === digestOf(other ?? null);
const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
