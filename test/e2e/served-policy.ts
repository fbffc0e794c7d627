import { readConfig } from '../../src/config/read-config.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { compileServed, serveCompiled } from '../../src/gateway/compile-served.ts';
import { noParents } from '../../src/semantics/link-layers.ts';
import { type RunningGateway, runGateway } from '../http/running-gateway.ts';
import { inventory, type MockedUpstream, policyText } from './mocked-upstream.ts';

/** A gateway in this process, with a real policy over `inventory`. */
export function servePolicyText({ baseUrl }: MockedUpstream, rules: string): Promise<RunningGateway> {
  const config = readConfig(createSource('gateway.config.yaml', inventory(baseUrl)), {});
  if (!config.value) throw new Error(config.diagnostics.map(({ message }) => message).join('\n'));
  const source = createSource('main.llmpolicy', policyText(rules));
  const policy = compileServed(source, config.value.environment, noParents);
  if (!policy.value) throw new Error(policy.diagnostics.map(({ message }) => message).join('\n'));
  return runGateway(config.value, serveCompiled(policy.value));
}
