import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import { kindFacts, type ProviderKind } from './provider-kinds.ts';

/** The fields of which an address is made, as the config gives them. */
export interface AddressFields {
  readonly kind: ProviderKind;
  readonly baseUrl: string | undefined;
  readonly resourceName: string | undefined;
  readonly awsRegion: string | undefined;
  readonly googleProject: string | undefined;
  readonly googleLocation: string | undefined;
  readonly hasKey: boolean;
}

/** What an address still lacks, with an example. */
interface Lacking {
  readonly field: string;
  readonly help: string;
}

type Address = string | Lacking;

const lacking = (field: string, help: string): Lacking => ({ field, help });

/** https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle: the v1 API, whose models are deployments. */
function azureAddress({ baseUrl, resourceName }: AddressFields): Address {
  if (baseUrl !== undefined) return /^https?:\/\/[^/]+(?:\/openai)?$/i.test(baseUrl) ? withV1(baseUrl) : baseUrl;
  if (resourceName !== undefined) return `https://${resourceName}.openai.azure.com/openai/v1`;
  return lacking('resource_name', 'write `resource_name: NAME`, or `base_url: "https://NAME.openai.azure.com"`');
}

function withV1(baseUrl: string): string {
  return baseUrl.toLowerCase().endsWith('/openai') ? `${baseUrl}/v1` : `${baseUrl}/openai/v1`;
}

/** The domains of AWS's partitions that anybody can buy; the others need a `base_url`. */
const awsDomains: readonly (readonly [prefix: string, domain: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['', 'amazonaws.com'],
];

function bedrockAddress({ baseUrl, awsRegion }: AddressFields): Address {
  if (baseUrl !== undefined) return baseUrl;
  if (awsRegion === undefined) return lacking('aws_region', 'write `aws_region: eu-central-1`');
  const [, domain] = awsDomains.find(([prefix]) => awsRegion.startsWith(prefix)) ?? ['', 'amazonaws.com'];
  return `https://bedrock-runtime.${awsRegion}.${domain}`;
}

function vertexAddress({ baseUrl, googleProject, googleLocation, hasKey }: AddressFields): Address {
  if (baseUrl !== undefined) return baseUrl;
  if (hasKey) return 'https://aiplatform.googleapis.com/v1/publishers/google';
  if (googleProject === undefined) return lacking('google_project', 'write `google_project: my-project-id`');
  if (googleLocation === undefined) return lacking('google_location', 'write `google_location: europe-west4`');
  return `https://${vertexHost(googleLocation)}/v1beta1/projects/${googleProject}/locations/${googleLocation}/publishers/google`;
}

function vertexHost(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com';
  if (location === 'eu' || location === 'us') return `aiplatform.${location}.rep.googleapis.com`;
  return `${location}-aiplatform.googleapis.com`;
}

function usualAddress({ kind, baseUrl }: AddressFields): Address {
  return (
    baseUrl ??
    kindFacts(kind).baseUrl ??
    lacking('base_url', `a provider of kind \`${kind}\` has no address of its own: write \`base_url: "https://…/v1"\``)
  );
}

const addresses: Readonly<Partial<Record<ProviderKind, (fields: AddressFields) => Address>>> = {
  azure: azureAddress,
  'amazon-bedrock': bedrockAddress,
  'google-vertex': vertexAddress,
};

/** Where a provider's calls go; what is missing to know it is reported. The sandbox calls nobody. */
export function readAddress(fields: AddressFields, node: ConfigNode, diagnostics: Diagnostic[]): string | null {
  if (fields.kind === 'sandbox') return null;
  const address = (addresses[fields.kind] ?? usualAddress)(fields);
  if (typeof address === 'string') return address;
  const { field, help } = address;
  const isBroken = nodeAt(node, [field]) !== undefined;
  if (!isBroken) diagnostics.push(errorAt('config-missing-key', node.at, `\`${field}\` is missing`, { help }));
  return null;
}
