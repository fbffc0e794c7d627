import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { CloudIdentity } from './config.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import { kindFacts, type ProviderKind } from './provider-kinds.ts';
import { entriesOf, itemsOf } from './read-entries.ts';
import { readSecret, type SecretSource } from './secret-source.ts';

/** The keys of a provider; a text that a variable left empty is no key. */
export function readApiKeys(node: ConfigNode, diagnostics: Diagnostic[]): readonly SecretSource[] {
  const [one, several] = [nodeAt(node, ['api_key']), nodeAt(node, ['api_keys'])];
  if (one && several) {
    const message = '`api_key` and `api_keys` exclude each other';
    diagnostics.push(errorAt('config-invalid-value', several.at, message, { help: 'put every key in `api_keys`' }));
  }
  const nodes = [...(one ? [one] : []), ...itemsOf(several, diagnostics)];
  return nodes.flatMap((key) => readSecret(key, diagnostics) || []);
}

/** The vendor's own address answers nobody without a key; behind another address anything may stand. */
export function checkCredentials(kind: ProviderKind, node: ConfigNode, diagnostics: Diagnostic[]): void {
  const { needsKey, cloud } = kindFacts(kind);
  const stated = ['api_key', 'api_keys', 'credentials', 'base_url', 'headers'].some((field) => nodeAt(node, [field]));
  if (!needsKey || stated) return;
  const either = cloud === undefined ? '' : ', or `credentials: default-chain`';
  const help = `write \`api_key: "\${NAME}"\` and set that variable${either}`;
  diagnostics.push(errorAt('config-missing-key', node.at, '`api_key` is missing', { help }));
}

/** Headers that belong to the call itself. */
const reserved = [
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
];

/** The headers of every call, by lower-case name. */
export function readHeaders(node: ConfigNode, diagnostics: Diagnostic[]): Readonly<Record<string, SecretSource>> {
  const headers: Record<string, SecretSource> = {};
  for (const [name, value] of entriesOf(nodeAt(node, ['headers']), diagnostics)) {
    const key = name.toLowerCase();
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || reserved.includes(key)) {
      const help = 'name another header: those of the call itself are the gateway’s';
      diagnostics.push(errorAt('config-invalid-value', value.at, `\`${name}\` cannot be set here`, { help }));
    } else if (Object.hasOwn(headers, key)) {
      const help = 'keep one of them';
      diagnostics.push(errorAt('config-duplicate', value.at, `\`${key}\` is written twice`, { help }));
    } else {
      const secret = readSecret(value, diagnostics);
      if (secret !== undefined && secret !== '') headers[key] = secret;
    }
  }
  return headers;
}

/** The cloud whose identity takes the place of keys. */
export function readIdentity(
  kind: ProviderKind,
  awsRegion: string | undefined,
  node: ConfigNode,
  diagnostics: Diagnostic[],
): CloudIdentity | null {
  const { cloud } = kindFacts(kind);
  const place = nodeAt(node, ['credentials']);
  if (!place || cloud === undefined) return null;
  const key = nodeAt(node, ['api_key']) ?? nodeAt(node, ['api_keys']);
  if (key) {
    const help = 'keep one of them';
    const message = '`credentials` and a key exclude each other';
    diagnostics.push(errorAt('config-invalid-value', place.at, message, { help }));
  }
  if (cloud === 'google') return { cloud };
  if (awsRegion !== undefined) return { cloud, region: awsRegion };
  // Without a `base_url` the address has missed it already.
  if (nodeAt(node, ['base_url'])) {
    const help = 'signatures hold for one region: write `aws_region: eu-central-1`';
    diagnostics.push(errorAt('config-missing-key', node.at, '`aws_region` is missing', { help }));
  }
  return null;
}
