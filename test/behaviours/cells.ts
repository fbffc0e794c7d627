import { LLMock } from '@copilotkit/aimock';
import { startGatewayApp } from '../http/running-gateway.ts';
import { ableModel, servedInventory } from '../support/served-inventory.ts';
import { openTap, type Tap } from '../support/tap.ts';
import { type Behaviour, behaviours } from './behaviours.ts';
import { upstreams } from './upstreams.ts';

/** A gateway before every upstream API, with a tap between them. */
export interface Cells {
  readonly url: string;
  readonly tap: Tap;
  close(): Promise<void>;
}

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
  const { config, policy } = servedInventory(`
providers:
${upstreams.map(({ model, provider }) => `  at-${model}: ${provider(tap.url)}`).join('\n')}
models:
${upstreams.map(({ model, upstream }) => `  ${model}: { provider: at-${model}, upstream: "${upstream}", ${ableModel} }`).join('\n')}
`);
  const gateway = await startGatewayApp(config, policy, () => undefined);
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
