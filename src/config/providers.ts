import type { z } from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import { readCircuit } from './circuit.ts';
import type { CircuitSettings, ProviderConfig } from './config.ts';
import { type ConfigNode, nodeAt, quoteNode, writtenText } from './config-node.ts';
import { readAddress } from './provider-address.ts';
import { checkCredentials, readApiKeys, readHeaders, readIdentity } from './provider-credentials.ts';
import { kindFacts, type ProviderKind, providerKinds, usualPaths } from './provider-kinds.ts';
import { readShape } from './read-shape.ts';
import { providerShape } from './shapes.ts';
import { listWords, unknownWord } from './unknown-word.ts';

type Shape = z.output<typeof providerShape>;

const defaultTimeoutMs = 600_000;
/** Models that think say nothing for a while in the midst of a stream. */
const defaultIdleTimeoutMs = 120_000;

function readKind(kind: string, node: ConfigNode, diagnostics: Diagnostic[]): ProviderKind | undefined {
  const found = providerKinds.find((known) => known === kind);
  if (found !== undefined) return found;
  const place = nodeAt(node, ['kind']) ?? node;
  const message = `${quoteNode(place)} is no kind of provider`;
  diagnostics.push(unknownWord('config-unknown-name', place.span, message, writtenText(place), providerKinds));
  return undefined;
}

/** A name with which a policy can write `provider/upstream`. */
const providerName = /^[A-Za-z_]\w*(?:-\w+)*$/;

function checkName(name: string, node: ConfigNode, diagnostics: Diagnostic[]): void {
  if (providerName.test(name)) return;
  const help = 'write letters, digits and `_`, parts joined by `-`';
  diagnostics.push(errorAt('config-invalid-value', node.at, `\`${name}\` cannot be the name of a provider`, { help }));
}

/** Fields that mean something to some kinds only. */
const ownFields: Readonly<Record<string, readonly ProviderKind[]>> = {
  resource_name: ['azure'],
  api_version: ['azure'],
  aws_region: ['amazon-bedrock'],
  google_project: ['google-vertex'],
  google_location: ['google-vertex'],
  credentials: ['amazon-bedrock', 'google-vertex'],
};

function checkFields(kind: ProviderKind, node: ConfigNode, diagnostics: Diagnostic[]): void {
  for (const [field, owners] of Object.entries(ownFields)) {
    const place = nodeAt(node, [field]);
    if (!place || owners.includes(kind)) continue;
    const message = `\`${field}\` means nothing to a provider of kind \`${kind}\``;
    const help = `leave it out: it belongs to ${listWords(owners)}`;
    diagnostics.push(errorAt('config-invalid-value', place.at, message, { help }));
  }
}

/** What the config says, else the kind: only an OpenAI-shaped API takes surfaces at the usual paths. */
function readSurfaces(
  kind: ProviderKind,
  { surfaces }: Shape,
  node: ConfigNode,
  diagnostics: Diagnostic[],
): ProviderConfig['surfaces'] {
  const { dialect, surfaces: own } = kindFacts(kind);
  if (surfaces === undefined) return own;
  const place = nodeAt(node, ['surfaces']) ?? node;
  if (dialect !== 'openai') {
    const message = `what a provider of kind \`${kind}\` takes is known`;
    diagnostics.push(errorAt('config-invalid-value', place.at, message, { help: 'leave `surfaces` out' }));
  }
  return Object.fromEntries(surfaces.map((surface) => [surface, own[surface] ?? usualPaths[surface]]));
}

/** `circuit`: that of the whole config. */
export function readProvider(
  name: string,
  node: ConfigNode,
  circuit: CircuitSettings | null,
  diagnostics: Diagnostic[],
): ProviderConfig | undefined {
  checkName(name, node, diagnostics);
  const apiKeys = readApiKeys(node, diagnostics);
  const headers = readHeaders(node, diagnostics);
  const shape = readShape(providerShape, node, diagnostics);
  const kind = shape && readKind(shape.kind, node, diagnostics);
  if (!kind) return undefined;
  checkFields(kind, node, diagnostics);
  checkCredentials(kind, node, diagnostics);
  const fields = {
    kind,
    baseUrl: shape.base_url,
    resourceName: shape.resource_name,
    awsRegion: shape.aws_region,
    googleProject: shape.google_project,
    googleLocation: shape.google_location,
    hasKey: apiKeys.length > 0,
  };
  return {
    name,
    kind,
    baseUrl: readAddress(fields, node, diagnostics),
    query: shape.api_version === undefined ? '' : `?api-version=${shape.api_version}`,
    surfaces: readSurfaces(kind, shape, node, diagnostics),
    apiKeys,
    identity: readIdentity(kind, shape.aws_region, node, diagnostics),
    region: shape.region ?? null,
    headers,
    proxy: shape.proxy || null,
    timeoutMs: shape.timeout ?? defaultTimeoutMs,
    idleTimeoutMs: shape.idle_timeout ?? defaultIdleTimeoutMs,
    // Who asks a sandbox to fail means each time.
    circuit: readCircuit(node, kind === 'sandbox' ? null : circuit, diagnostics),
  };
}
