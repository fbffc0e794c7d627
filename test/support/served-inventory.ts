import type { GatewayConfig } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { compileServed, serveCompiled } from '../../src/gateway/compile-served.ts';
import type { ServedPolicy } from '../../src/gateway/served-policy.ts';
import { noParents } from '../../src/semantics/link-layers.ts';

/** Whoever is asked for answers. */
export const asRequested = 'routes { otherwise use requested }';

/** What a model can do, for tests that are not about abilities. */
export const ableModel = [
  'price_in: $1, price_out: $1, context_window: 200k, max_output: 64k',
  'vision: true, tools: true, json_schema: true, reasoning: true',
].join(', ');

/** A config's text from `providers` on, and rules, ready to be served. */
export function servedInventory(
  text: string,
  rules = asRequested,
): { readonly config: GatewayConfig; readonly policy: ServedPolicy } {
  const auth = text.includes('\nauth:') ? '' : 'auth: { required: false }\n';
  const source = createSource('gateway.config.yaml', `version: 1\npolicy: main.llmpolicy\n${auth}${text}`);
  const config = readConfig(source, {});
  if (!config.value) throw new Error(config.diagnostics.map(({ message }) => message).join('\n'));
  const policy = createSource('main.llmpolicy', `edition 2026\npolicy "main"\n${rules}\n`);
  const compiled = compileServed(policy, config.value.environment, noParents);
  if (!compiled.value) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  return { config: config.value, policy: serveCompiled(compiled.value) };
}
