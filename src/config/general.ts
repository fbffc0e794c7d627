import type { z } from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { GatewayConfig } from './config.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import { isLoopback } from './is-loopback.ts';
import { readLedger } from './ledger.ts';
import { readShape } from './read-shape.ts';
import { readServer } from './server.ts';
import {
  authShape,
  currencyShape,
  estimatesShape,
  policySourceShape,
  timeZoneShape,
  tokensShape,
  versionShape,
} from './shapes.ts';
import { readStore } from './store.ts';

type General = Pick<GatewayConfig, 'server' | 'store' | 'ledger' | 'estimates' | 'tokens' | 'auth' | 'policySource'> & {
  readonly currency: string;
  readonly timeZone: string;
};

const defaults = { currency: 'USD', timeZone: 'UTC' };

function readField<Shape extends z.ZodType>(
  root: ConfigNode,
  key: string,
  shape: Shape,
  diagnostics: Diagnostic[],
): z.output<Shape> | undefined {
  const node = nodeAt(root, [key]);
  return node && readShape(shape, node, diagnostics);
}

const defaultOutputTokens = 1024;

function readAuth(root: ConfigNode, host: string, diagnostics: Diagnostic[]): GatewayConfig['auth'] {
  const auth = readField(root, 'auth', authShape, diagnostics);
  const required = auth?.required ?? true;
  const place = nodeAt(root, ['server', 'host']);
  if (!required && !isLoopback(host) && place) {
    const message = 'without keys the gateway may only listen on this machine';
    const help = 'write `auth: { required: true }`, or `host: 127.0.0.1`';
    diagnostics.push(errorAt('config-open-to-the-network', place.span, message, { help }));
  }
  return { required, adminToken: auth?.admin_token || null };
}

/** Everything that is no inventory: where the gateway listens, what it reads and how it counts. */
export function readGeneral(root: ConfigNode, diagnostics: Diagnostic[]): General {
  if (nodeAt(root, ['version'])) readField(root, 'version', versionShape, diagnostics);
  else diagnostics.push(errorAt('config-missing-key', root.at, '`version` is missing', { help: 'write `version: 1`' }));
  const server = readServer(root, diagnostics);
  const currency = readField(root, 'currency', currencyShape, diagnostics) ?? defaults.currency;
  return {
    server,
    store: readStore(root, currency, diagnostics),
    ledger: readLedger(root, diagnostics),
    estimates: {
      outputTokens: readField(root, 'estimates', estimatesShape, diagnostics)?.output_tokens ?? defaultOutputTokens,
    },
    tokens: readField(root, 'tokens', tokensShape, diagnostics) ?? 'estimated',
    auth: readAuth(root, server.host, diagnostics),
    policySource: readField(root, 'policy_source', policySourceShape, diagnostics) ?? 'file',
    currency,
    timeZone: readField(root, 'time_zone', timeZoneShape, diagnostics) ?? defaults.timeZone,
  };
}
