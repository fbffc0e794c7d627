import type { Type, Value } from './types.ts';

/** How an attribute behaves when a request, a key or a model does not state it. */
export type Presence =
  | { readonly kind: 'required' }
  | { readonly kind: 'optional' }
  | { readonly kind: 'default'; readonly value: Value };

/** Something that a policy may read: `request.…`, `caller.…` or `model.…`. */
export interface Attribute {
  /** Dotted, with its root: `request.data_region`. */
  readonly key: string;
  readonly type: Type;
  readonly presence: Presence;
  /** Where it is declared, as a user would look for it: `gateway.config.yaml:31`, or `built in`. */
  readonly declaredAt: string;
  /** Its value stays out of logs and the ledger. */
  readonly sensitive?: boolean;
}

/** A model of the catalogue: what a policy can choose. */
export interface Model {
  /** The name that policies use. */
  readonly name: string;
  /** The provider's name in the config. */
  readonly provider: string;
  /** The provider's own name of the model. */
  readonly upstream: string;
  /** Public names under which callers may ask for it, its own name included. */
  readonly answersTo: readonly string[];
  /** `model.…` attributes by their short name (`region`, `price_in`, `vision`); an absent one is not known. */
  readonly attributes: ReadonlyMap<string, Value>;
  /** By endpoint at which it can be asked, the words of `request.needs` that cannot reach it there. An endpoint that is absent is not served. */
  readonly endpoints: ReadonlyMap<string, ReadonlySet<string>>;
  /** Where it is declared, as a user would look for it. */
  readonly declaredAt: string;
}

/** Everything that a policy is checked against: the names that exist, their types, and what the catalogue fixes. */
export interface Environment {
  /** Declared and built-in attributes of `request`, `caller` and `model`, by dotted key. */
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** The catalogue, in the config's order. */
  readonly models: readonly Model[];
  /** The one currency in which money is written: USD, EUR, GBP or CHF. */
  readonly currency: string;
  /** IANA name of the zone of calendar windows and of schedules that name none. */
  readonly timeZone: string;
  /** What is no model and receives content: `deny model` speaks of it as of a model of that name. In the config's order. */
  readonly receivers: readonly Model[];
  /** Declared guards by name, with their kind, and of a judge the model that it asks. */
  readonly guards: ReadonlyMap<string, { readonly kind: string; readonly judge?: string }>;
  /** Names of declared notification channels. */
  readonly channels: ReadonlySet<string>;
  /** The model that semantic caches compare texts by; absent where the config names none. */
  readonly embedder?: string;
}

/** The catalogue with the receivers behind it: what `deny model` speaks of. */
export function withReceivers(environment: Environment): Environment {
  const { models, receivers } = environment;
  return receivers.length === 0 ? environment : { ...environment, models: [...models, ...receivers] };
}

/** Nobody provides it: it has no state that is observed, and no plan holds it. */
export function isReceiver({ provider }: Model): boolean {
  return provider === '';
}

/** The type of something that a rule reads, by the name under which it reads it: an attribute, or `MODEL.attribute`. */
export function typeOfRead(environment: Environment, name: string): Type | undefined {
  const attribute = environment.attributes.get(name) ?? environment.attributes.get(`model.${name.split('.').at(-1)}`);
  return attribute?.type;
}

/** Whether it is known what a model costs. Asks for no value: a compiled policy is not bound to the price. */
export function isPriced({ attributes }: Pick<Model, 'attributes'>): boolean {
  const stated = [...attributes.keys()];
  return stated.includes('price_in') && stated.includes('price_out');
}

/** The model, by its place in the catalogue, that caches of these modes compare texts by. */
export function embedderAmong(
  { embedder, models }: Pick<Environment, 'embedder' | 'models'>,
  modes: readonly string[],
): readonly number[] {
  const place = modes.includes('semantic') ? models.findIndex(({ name }) => name === embedder) : -1;
  return place < 0 ? [] : [place];
}

/** The models, by their place in the catalogue, that judges among these guards ask. */
export function judgesAmong(
  { guards, models }: Pick<Environment, 'guards' | 'models'>,
  names: readonly string[],
): readonly number[] {
  return names.flatMap((name) => {
    const place = models.findIndex((model) => model.name === guards.get(name)?.judge);
    return place < 0 ? [] : [place];
  });
}
