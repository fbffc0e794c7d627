import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { ProviderConfig } from './config.ts';
import { type ConfigNode, nodeAt, quoteNode, writtenText } from './config-node.ts';
import { kinds, type ProviderKind } from './provider-kinds.ts';
import { readShape } from './read-shape.ts';
import { providerShape } from './shapes.ts';
import { listWords, unknownWord } from './unknown-word.ts';

const providerKinds = Object.keys(kinds) as ProviderKind[];

/** Kinds that are named for later versions. */
const plannedKinds = [
  'azure',
  'anthropic',
  'google',
  'google-vertex',
  'amazon-bedrock',
  'mistral',
  'groq',
  'deepseek',
  'xai',
  'together',
  'fireworks',
  'openrouter',
  'perplexity',
  'cerebras',
  'nvidia',
  'cohere',
  'ollama',
  'vllm',
];

const defaultTimeoutMs = 600_000;

function readKind(kind: string, node: ConfigNode, diagnostics: Diagnostic[]): ProviderKind | undefined {
  const supported = providerKinds.find((known) => known === kind);
  if (supported) return supported;
  const place = nodeAt(node, ['kind']) ?? node;
  const quoted = quoteNode(place);
  if (plannedKinds.includes(kind)) {
    const help = `this version carries out ${listWords(providerKinds)}`;
    diagnostics.push(errorAt('config-not-supported', place.span, `kind ${quoted} is not supported yet`, { help }));
    return undefined;
  }
  const message = `${quoted} is no kind of provider`;
  const kinds = [...providerKinds, ...plannedKinds];
  diagnostics.push(unknownWord('config-unknown-name', place.span, message, writtenText(place), kinds, providerKinds));
  return undefined;
}

/** A name with which a policy can write `provider/upstream`. */
const providerName = /^[A-Za-z_]\w*(?:-\w+)*$/;

function checkName(name: string, node: ConfigNode, diagnostics: Diagnostic[]): void {
  if (providerName.test(name)) return;
  const help = 'write letters, digits and `_`, parts joined by `-`';
  diagnostics.push(errorAt('config-invalid-value', node.at, `\`${name}\` cannot be the name of a provider`, { help }));
}

function checkCompleteness(provider: ProviderConfig, node: ConfigNode, diagnostics: Diagnostic[]): void {
  if (provider.kind === 'openai-compatible' && provider.baseUrl === null) {
    const help = 'an `openai-compatible` provider has no address of its own: write `base_url: "https://…/v1"`';
    diagnostics.push(errorAt('config-missing-key', node.at, '`base_url` is missing', { help }));
  }
  const both = nodeAt(node, ['api_key']) && nodeAt(node, ['api_keys']);
  if (!both) return;
  const help = 'put every key in `api_keys`';
  diagnostics.push(errorAt('config-invalid-value', both.at, '`api_key` and `api_keys` exclude each other', { help }));
}

export function readProvider(name: string, node: ConfigNode, diagnostics: Diagnostic[]): ProviderConfig | undefined {
  checkName(name, node, diagnostics);
  const shape = readShape(providerShape, node, diagnostics);
  const kind = shape && readKind(shape.kind, node, diagnostics);
  if (!kind) return undefined;
  const apiKeys = [shape.api_key ?? '', ...(shape.api_keys ?? [])].filter((key) => key !== '');
  const provider: ProviderConfig = {
    name,
    kind,
    baseUrl: shape.base_url ?? null,
    apiKeys,
    region: shape.region ?? null,
    headers: {},
    proxy: null,
    timeoutMs: shape.timeout ?? defaultTimeoutMs,
  };
  checkCompleteness(provider, node, diagnostics);
  return provider;
}
