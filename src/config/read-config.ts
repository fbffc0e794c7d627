import { type Diagnostic, hasErrors, type Parsed } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { builtinAttributes } from '../semantics/builtins.ts';
import { type Declaration, readDeclaration } from './attributes.ts';
import { readCache } from './cache.ts';
import { type OpenFile, readCatalogue } from './catalogue.ts';
import { defaultCircuit, readCircuit } from './circuit.ts';
import type { GatewayConfig } from './config.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import { contentReceiver } from './content-receivers.ts';
import { readGeneral } from './general.ts';
import type { GuardConfig } from './guard-config.ts';
import { readGuard } from './guards.ts';
import { readKeys } from './keys.ts';
import { readModel } from './models.ts';
import { readPolicies } from './policies.ts';
import { readProvider } from './providers.ts';
import { checkTopLevel, entriesOf, itemsOf } from './read-entries.ts';
import { readYaml } from './read-yaml.ts';
import { readChannel } from './receivers.ts';
import { isWord } from './shape-leaves.ts';
import type { Variables } from './variables.ts';

/** Every named entry of a section that can be read, in the file's order. */
function readSection<Entry>(
  section: ReadonlyMap<string, ConfigNode>,
  read: (name: string, node: ConfigNode) => Entry | undefined,
): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [name, node] of section) {
    const entry = read(name, node);
    if (entry !== undefined) entries.set(name, entry);
  }
  return entries;
}

/** The words of `model.region`: of whatever may receive content. */
function regionsOf(nodes: readonly ConfigNode[]): readonly string[] {
  const regions = nodes.map((node) => nodeAt(node, ['region'])).map((node) => node?.kind === 'scalar' && node.value);
  return [...new Set(regions.filter(isWord))];
}

function attributesOf(declarations: ReadonlyMap<string, Declaration>) {
  return new Map([...declarations].map(([key, { attribute }]) => [key, attribute]));
}

function sourcesOf(declarations: ReadonlyMap<string, Declaration>): GatewayConfig['sources'] {
  const requested = [...declarations].filter(([key]) => key.startsWith('request.'));
  return new Map(requested.map(([key, { sources }]) => [key, sources]));
}

function readInventory(root: ConfigNode, open: OpenFile, diagnostics: Diagnostic[]): GatewayConfig | undefined {
  const general = readGeneral(root, diagnostics);
  const sections = checkTopLevel(root, diagnostics);
  const { currency, timeZone } = general;
  const nodesOf = (key: string) => entriesOf(sections.get(key), diagnostics);
  const [providerNodes, modelNodes, guardNodes] = [nodesOf('providers'), nodesOf('models'), nodesOf('guards')];

  const circuit = readCircuit(root, defaultCircuit, diagnostics);
  const providers = readSection(providerNodes, (name, node) => readProvider(name, node, circuit, diagnostics));
  const providerNames = [...providerNodes.keys()];
  const regions = regionsOf([...providerNodes.values(), ...modelNodes.values(), ...guardNodes.values()]);
  const builtins = builtinAttributes({ models: [...modelNodes.keys()], providers: providerNames, regions });
  const known = { builtins, currency };
  const declarations = readSection(nodesOf('attributes'), (key, node) =>
    readDeclaration(key, node, known, diagnostics),
  );
  const vocabulary = { builtins, declared: attributesOf(declarations), currency };
  const catalogue = readCatalogue(root, open, diagnostics);
  const surroundings = { vocabulary, providerNames, providers, catalogue };
  const models = readSection(modelNodes, (name, node) => readModel(name, node, surroundings, diagnostics));
  const cache = readCache(root, models, diagnostics);
  const guards = readSection(guardNodes, (name, node) => readGuard(name, node, [...modelNodes.keys()], diagnostics));
  const channels = readSection(nodesOf('notify'), (_name, node) => readChannel(node, diagnostics));
  const keys = readKeys(itemsOf(sections.get('keys'), diagnostics), vocabulary, diagnostics);

  const policies = readPolicies(root, vocabulary, diagnostics);
  const { server, store, ledger, estimates, tokens, auth, policySource } = general;
  if (policies.length === 0 || hasErrors(diagnostics)) return undefined;
  const environment = {
    attributes: new Map([...builtins, ...vocabulary.declared]),
    models: [...models.values()].map(({ model }) => model),
    currency,
    timeZone,
    receivers: [...guards].flatMap(([name, guard]) => {
      const node = guardNodes.get(name);
      return (node && contentReceiver(guard, node, vocabulary)) ?? [];
    }),
    guards: new Map([...guards].map(([name, guard]) => [name, knownOf(guard)])),
    channels: new Set(channels.keys()),
    ...(cache.semantic && { embedder: cache.semantic.model }),
  };
  const modelConfigs = new Map([...models].map(([name, { config }]) => [name, config]));
  const sources = sourcesOf(declarations);
  const inventory = { providers, models: modelConfigs, guards, sources, keys, channels, environment };
  return { server, store, ledger, cache, estimates, tokens, policies, policySource, auth, ...inventory };
}

/** What policies are checked against of a guard. */
function knownOf(guard: GuardConfig) {
  const { kind } = guard;
  return guard.kind === 'judge' ? { kind, judge: guard.fields.model } : { kind };
}

const noFiles: OpenFile = () => ({ problem: 'no files are at hand here' });

/** In the order of the files, the config's first, and of the places in them. */
function inOrder(config: Source, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const isOther = ({ primary }: Diagnostic) => Number(primary.span.source !== config);
  return diagnostics.toSorted((a, b) => isOther(a) - isOther(b) || a.primary.span.start - b.primary.span.start);
}

/**
 * Reads `gateway.config.yaml`. A config with errors has no value: nothing is served, or checked, against half an
 * inventory. Findings stand in the file's order and never hold the value of a variable.
 */
export function readConfig(source: Source, variables: Variables, open: OpenFile = noFiles): Parsed<GatewayConfig> {
  const diagnostics: Diagnostic[] = [];
  const root = readYaml(source, variables, diagnostics);
  const value = root && readInventory(root, open, diagnostics);
  return { value, diagnostics: inOrder(source, diagnostics) };
}
