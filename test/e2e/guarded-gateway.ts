import Anthropic from '@anthropic-ai/sdk';
import { createSource } from '../../src/diagnostics/source.ts';
import { compileServed, serveCompiled } from '../../src/gateway/compile-served.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { noParents } from '../../src/semantics/link-layers.ts';
import { configOf } from '../gateway/sample-config.ts';
import { type RunningGateway, runGateway } from '../http/running-gateway.ts';

/** A number that a payment card could have. */
export const card = '4111 1111 1111 1111';

/** Models that are asked in OpenAI's APIs and in Anthropic's, in the EU and in the US, on one upstream. */
export function inventoryOf(origin: string, more = ''): string {
  return `
providers:
  open-eu: { kind: openai, base_url: "${origin}/v1", api_key: k1, region: eu }
  open-us: { kind: openai, base_url: "${origin}/v1", api_key: k2, region: us }
  claude-eu: { kind: anthropic, base_url: "${origin}", api_key: k3, region: eu }
models:
  gpt: { provider: open-eu, upstream: up-gpt, price_in: $1, price_out: $2, context_window: 32M, max_output: 8k, tools: true, vision: true, reasoning: true }
  vectors: { provider: open-eu, upstream: up-vectors, price_in: $1, price_out: $0, context_window: 32M, max_output: 1, abilities: { embeddings: true } }
  far: { provider: open-us, upstream: up-far, price_in: $1, price_out: $2, context_window: 32M, max_output: 8k, tools: true }
  claude: { provider: claude-eu, upstream: up-claude, price_in: $1, price_out: $2, context_window: 32M, max_output: 8k, tools: true, reasoning: true }
attributes:
  request.data_region: { type: enum, values: [eu, any], default: any, from: [header x-data-region] }
server: { max_body: 20MB }
auth: { required: false, admin_token: adm1n }
${more}
`;
}

export const piiGuard =
  'guards: { pii: { kind: pii, timeout: 60s }, words: { kind: keywords, words: [ "project-x" ], timeout: 60s } }';

export interface GuardedGateway extends RunningGateway {
  readonly anthropic: Anthropic;
}

/** A gateway with a policy as its author would write it. */
export async function serveGuarded(inventory: string, rules: string, ledger?: Ledger): Promise<GuardedGateway> {
  const config = configOf(inventory);
  const routes = rules.includes('routes')
    ? ''
    : 'routes { route asked when requested is known use requested otherwise use gpt }';
  const source = createSource('main.llmpolicy', `edition 2026\npolicy "main"\n${rules}\n${routes}\n`);
  const { value, diagnostics } = compileServed(source, config.environment, noParents);
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const gateway = await runGateway(config, serveCompiled(value), '', ledger);
  return {
    ...gateway,
    anthropic: new Anthropic({ baseURL: gateway.url, apiKey: 'none', maxRetries: 0, authToken: null }),
  };
}
