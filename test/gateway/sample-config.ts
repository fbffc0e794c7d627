import type { GatewayConfig } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createSource } from '../../src/diagnostics/source.ts';

const frame = 'version: 1\npolicy: a.llmpolicy\n';

/** What most tests need: the sandbox with one model for each of its ways to behave. */
export const sandboxInventory = `
providers: { sandbox: { kind: sandbox, region: eu } }
models:
  echo: { provider: sandbox, answers_to: [echo, gpt-4.1-mini], price_in: $1, price_out: $2, context_window: 32k }
  broken: { provider: sandbox, upstream: fail-500, price_in: $1, price_out: $2, context_window: 32k }
  busy: { provider: sandbox, upstream: fail-429, price_in: $1, price_out: $2, context_window: 32k }
  cut: { provider: sandbox, upstream: cut-stream, price_in: $1, price_out: $2, context_window: 32k }
  mute: { provider: sandbox, upstream: timeout, price_in: $1, price_out: $2, context_window: 32k }
  noise: { provider: sandbox, upstream: garbage, price_in: $1, price_out: $2, context_window: 32k }
`;

/** A config as its author would write it, without the lines that every config has; open to all unless it says who may. */
export function configOf(text: string): GatewayConfig {
  const auth = text.includes('\nauth:') ? '' : 'auth: { required: false }\n';
  const { value, diagnostics } = readConfig(createSource('gateway.config.yaml', `${frame}${auth}${text}`), {});
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return value;
}
