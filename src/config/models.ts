import { type Catalogue, catalogueKey, type KnownModel } from '../catalog/known-model.ts';
import { findListedModel, publicCurrency } from '../catalog/listed-model.ts';
import type { Price } from '../catalog/price.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt, warningAt } from '../diagnostics/report.ts';
import { positionAt } from '../diagnostics/source.ts';
import type { Need } from '../protocol/needs.ts';
import { isPriced, type Model } from '../semantics/environment.ts';
import type { Value } from '../semantics/types.ts';
import { lostByEndpoint, type StatedAbilities } from './carried-needs.ts';
import type { ModelConfig, ProviderConfig } from './config.ts';
import { type ConfigNode, nodeAt, quoteNode, writtenText } from './config-node.ts';
import { type FieldOwner, readFields, type Vocabulary } from './fields.ts';
import { priceOf, readPrices } from './model-price.ts';
import { pickKeys } from './read-entries.ts';
import { readShape } from './read-shape.ts';
import { isWord } from './shape-leaves.ts';
import { type ModelShape, modelShape } from './shapes.ts';
import { unknownWord } from './unknown-word.ts';

interface Surroundings {
  readonly vocabulary: Vocabulary;
  /** Every name under `providers`, those whose entry is wrong included. */
  readonly providerNames: readonly string[];
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  readonly catalogue: Catalogue;
}

/** A model as policies see it, and as it is called and paid. */
interface ReadModel {
  readonly model: Model;
  readonly config: ModelConfig;
}

const modelFields: FieldOwner = {
  root: 'model',
  title: 'a model',
  ownFields: Object.keys(modelShape.shape),
  unwritable: new Set(['model.name', 'model.provider', 'model.region', 'model.up', 'model.latency']),
};

/** Facts of a moment, which no catalogue fixes. */
const momentary: ReadonlySet<string> = new Set(['model.up', 'model.latency']);

/** Words with which a path of a policy begins. */
const roots = ['request', 'caller', 'model', 'budget', 'limit', 'now', 'requested', 'route', 'branch'];

function checkName(name: string, node: ConfigNode, diagnostics: Diagnostic[]): void {
  if (isWord(name) && !roots.includes(name)) return;
  const help = roots.includes(name) ? 'policies use that word for something else' : 'write it without back-quotes';
  diagnostics.push(errorAt('config-invalid-value', node.at, `\`${name}\` cannot be the name of a model`, { help }));
}

function checkProvider(provider: string, node: ConfigNode, names: readonly string[], diagnostics: Diagnostic[]): void {
  if (names.includes(provider)) return;
  const place = nodeAt(node, ['provider']) ?? node;
  const message = `${quoteNode(place)} is no provider of this config`;
  diagnostics.push(unknownWord('config-unknown-name', place.span, message, writtenText(place), names));
}

/** What the catalogue and the price list say of the attributes of a model. */
function knownAttributes(
  known: KnownModel | undefined,
  listedWindow: number | undefined,
  price: Price | undefined,
  { builtins }: Vocabulary,
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  const window = known?.contextWindow ?? listedWindow;
  if (price) values.set('price_in', price.input.base).set('price_out', price.output.base);
  if (window !== undefined) values.set('context_window', window);
  if (known?.maxOutput !== undefined) values.set('max_output', known.maxOutput);
  for (const ability of known?.abilities ?? []) if (builtins.has(`model.${ability}`)) values.set(ability, true);
  return values;
}

/** What an entry that states nothing has of `model.…`. */
export function defaultAttributes({ builtins, declared }: Vocabulary): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const { key, presence } of [...builtins.values(), ...declared.values()]) {
    const fixed = key.startsWith('model.') && !momentary.has(key);
    if (fixed && presence.kind === 'default') values.set(key.slice('model.'.length), presence.value);
  }
  return values;
}

/** What the config says of a model's abilities, over what is publicly known of them. */
function statedAbilities(written: ModelShape['abilities'], known: KnownModel | undefined): StatedAbilities {
  const { embeddings = known?.abilities.includes('embeddings') ?? false, ...rest } = written ?? {};
  const stated = Object.entries(rest) as [Need, boolean | undefined][];
  return { embeddings, needs: new Map(stated.filter((entry): entry is [Need, boolean] => entry[1] !== undefined)) };
}

/** What `price: free` says, in parts. */
const freeOfCharge: ReadonlyMap<string, Value> = new Map([
  ['price_in', 0],
  ['price_out', 0],
]);

function checkPrice(node: ConfigNode, isFree: boolean, diagnostics: Diagnostic[]): void {
  const other = isFree ? ['price_in', 'price_out', 'prices'].find((field) => nodeAt(node, [field])) : undefined;
  const place = other === undefined ? undefined : nodeAt(node, [other]);
  if (!place) return;
  const message = `\`${other}\` and \`price: free\` exclude each other`;
  diagnostics.push(errorAt('config-invalid-value', place.at, message, { help: 'leave out one of them' }));
}

/** Fit to be served, as long as nothing counts money. */
function unknownPrice(name: string, { at }: ConfigNode): Diagnostic {
  return warningAt('config-unknown-price', at, `the price of \`${name}\` is not known: what it costs is not recorded`, {
    help: 'write `price_in: …` and `price_out: …`, or `price: free`',
  });
}

/** A model of the catalogue. What it does not state comes from its provider, the public catalogue and defaults. */
export function readModel(
  name: string,
  node: ConfigNode,
  { vocabulary, providerNames, providers, catalogue }: Surroundings,
  diagnostics: Diagnostic[],
): ReadModel | undefined {
  checkName(name, node, diagnostics);
  const shape = readShape(modelShape, pickKeys(node, modelFields.ownFields), diagnostics);
  const stated = readFields(node, modelFields, vocabulary, diagnostics);
  const prices = readPrices(node, vocabulary.currency, diagnostics);
  if (!shape) return undefined;
  checkProvider(shape.provider, node, providerNames, diagnostics);
  const provider = providers.get(shape.provider);
  if (!provider) return undefined;
  const upstream = shape.upstream ?? name;
  const known = catalogue.get(catalogueKey(provider.kind, upstream));
  const listed = findListedModel(provider.kind, upstream);
  const price = vocabulary.currency === publicCurrency ? listed?.price : undefined;
  const free = shape.price === 'free' ? freeOfCharge : undefined;
  checkPrice(node, free !== undefined, diagnostics);
  const attributes = new Map<string, Value>([
    ...defaultAttributes(vocabulary),
    ...knownAttributes(known, listed?.contextWindow, price, vocabulary),
    ...stated,
    ...(free ?? []),
    ['name', name],
    ['provider', provider.name],
  ]);
  const region = shape.region ?? provider.region;
  if (region !== null) attributes.set('region', region);
  const answersTo = [...new Set([name, ...(shape.answers_to ?? []), `${provider.name}/${upstream}`])];
  const declaredAt = `${node.at.source.name}:${positionAt(node.at.source, node.at.start).line}`;
  const endpoints = lostByEndpoint(provider, statedAbilities(shape.abilities, known));
  if (provider.kind !== 'sandbox' && !isPriced({ attributes })) diagnostics.push(unknownPrice(name, node));
  const called = { name, provider: provider.name, upstream };
  return {
    model: { ...called, answersTo, attributes, endpoints, declaredAt },
    config: { ...called, price: priceOf(price, free ?? stated, prices) },
  };
}
