import type { Environment, Model } from '../semantics/environment.ts';
import { type CompiledFor, declarationOf, type Pairs } from './compiled-for.ts';
import type { PolicyProgram } from './program.ts';

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
  const noting = (model: Model): Model => ({ ...model, attributes: new NotingMap(model.attributes, values) });
  const [models, receivers] = [environment.models.map(noting), environment.receivers.map(noting)];
  return {
    environment: { ...environment, models, receivers, attributes: new NotingMap(environment.attributes, attributes) },
    compiledFor: (program) => describe(environment, [...values].sort(), [...attributes].sort(), program),
  };
}

function describe(
  environment: Environment,
  reads: readonly string[],
  attributes: readonly string[],
  { guards, budgets, receivers = [] }: PolicyProgram,
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
    ...(receivers.length > 0 && {
      receivers: environment.receivers.map((receiver) => [receiver.name, valuesOf(receiver, reads)]),
    }),
    reads,
    attributes: attributes.flatMap((key) => {
      const attribute = environment.attributes.get(key);
      return attribute ? [[key, declarationOf(attribute)] as const] : [];
    }),
    guards: [...new Set(named)].sort().map((name) => [name, environment.guards.get(name)?.kind ?? ''] as const),
    channels: [...new Set(notices)].sort(),
  };
}

const identityOf = ({ name, provider, upstream, answersTo }: Model) => ({ name, provider, upstream, answersTo });

function valuesOf({ attributes }: Model, reads: readonly string[]): Pairs<unknown> {
  return reads.flatMap((name) => {
    const value = attributes.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
}
