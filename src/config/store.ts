import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { StoreSettings } from './config.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import { readShape } from './read-shape.ts';
import { storeMapShape, storeShape } from './shapes.ts';

/** A file beside the config: nothing else has to run. */
const defaultStore: StoreSettings = {
  url: 'sqlite:.llmpolicy/gateway.db',
  token: '',
  onUnavailable: 'refuse',
  localAllowance: 0,
};

/** What all processes of the gateway know together, and where: an address of its own or a map with more to say. */
export function readStore(root: ConfigNode, currency: string, diagnostics: Diagnostic[]): StoreSettings {
  const node = nodeAt(root, ['store']);
  if (!node) return defaultStore;
  const shape = node.kind === 'map' ? readShape(storeMapShape, node, diagnostics) : readAddress(node, diagnostics);
  if (!shape) return defaultStore;
  if (shape.url.startsWith('upstash:') && !shape.token) {
    const help = 'write it as `{ url: "upstash:https://…", token: … }`, with the token in a variable';
    diagnostics.push(errorAt('config-missing-key', node.at, '`token` is missing', { help }));
  }
  const allowance = shape.local_allowance;
  if (allowance !== undefined && allowance.currency !== currency) {
    const place = nodeAt(node, ['local_allowance']) ?? node;
    const help = `amounts of this config are in ${currency}`;
    diagnostics.push(errorAt('config-invalid-value', place.span, 'the allowance is in another currency', { help }));
  }
  return {
    url: shape.url,
    token: shape.token ?? defaultStore.token,
    onUnavailable: shape.on_unavailable ?? defaultStore.onUnavailable,
    localAllowance: allowance?.nanos ?? defaultStore.localAllowance,
  };
}

type StoreMap = ReturnType<typeof storeMapShape.parse>;

function readAddress(node: ConfigNode, diagnostics: Diagnostic[]): StoreMap | undefined {
  const url = readShape(storeShape, node, diagnostics);
  return url === undefined ? undefined : { url };
}
