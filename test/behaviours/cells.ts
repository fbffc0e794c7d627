import { LLMock } from '@copilotkit/aimock';
import { readConfig } from '../../src/config/read-config.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { compileServed, serveCompiled } from '../../src/gateway/reload-policy.ts';
import { noParents } from '../../src/semantics/link-layers.ts';
import { startGatewayApp } from '../http/running-gateway.ts';
import { openTap, type Tap } from '../support/tap.ts';
import { type Behaviour, behaviours } from './behaviours.ts';
import { upstreams } from './upstreams.ts';

/** A gateway before every upstream API, with a tap between them. */
export interface Cells {
  readonly url: string;
  readonly tap: Tap;
  close(): Promise<void>;
}

const abilities = [
  'price_in: $1, price_out: $1, context_window: 200k, max_output: 64k',
  'vision: true, tools: true, json_schema: true, reasoning: true',
].join(', ');

/** What every upstream counts, under the name that each of them gives it. */
export const counted = { input: 1100, output: 70 };
const usage = {
  prompt_tokens: counted.input,
  completion_tokens: counted.output,
  total_tokens: counted.input + counted.output,
  input_tokens: counted.input,
  output_tokens: counted.output,
  promptTokenCount: counted.input,
  candidatesTokenCount: counted.output,
  totalTokenCount: counted.input + counted.output,
  inputTokens: counted.input,
  outputTokens: counted.output,
};

function answerOf({ answer }: Behaviour) {
  const { calls, text = '', reasoning } = answer;
  if (calls !== undefined) {
    return { toolCalls: calls.map(({ name, input }) => ({ name, arguments: JSON.stringify(input) })), usage };
  }
  return { content: text, ...(reasoning !== undefined && { reasoning }), usage };
}

export async function openCells(): Promise<Cells> {
  const mock = new LLMock({ port: 0 });
  for (const behaviour of behaviours) mock.onMessage(behaviour.prompt, answerOf(behaviour));
  await mock.start();
  const tap = await openTap(mock.url);
  const text = `version: 1
policy: main.llmpolicy
auth: { required: false }
providers:
${upstreams.map(({ model, provider }) => `  at-${model}: ${provider(tap.url)}`).join('\n')}
models:
${upstreams.map(({ model, upstream }) => `  ${model}: { provider: at-${model}, upstream: "${upstream}", ${abilities} }`).join('\n')}
`;
  const config = readConfig(createSource('gateway.config.yaml', text), {});
  if (!config.value) throw new Error(config.diagnostics.map(({ message }) => message).join('\n'));
  const rules = 'edition 2026\npolicy "main"\nroutes { otherwise use requested }\n';
  const policy = compileServed(createSource('main.llmpolicy', rules), config.value.environment, noParents);
  if (!policy.value) throw new Error(policy.diagnostics.map(({ message }) => message).join('\n'));
  const gateway = await startGatewayApp(config.value, serveCompiled(policy.value), () => undefined);
  return {
    url: gateway.url,
    tap,
    async close() {
      await gateway.close();
      await tap.close();
      await mock.stop();
    },
  };
}
