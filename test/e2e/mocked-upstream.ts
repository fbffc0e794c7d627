import { LLMock } from '@copilotkit/aimock';
import { onTestFinished } from 'vitest';

export interface MockedUpstream {
  readonly mock: LLMock;
  /** As `base_url` wants it. */
  readonly baseUrl: string;
  /** Upstream names of the models that were called, in order: the upstream's own journal. */
  readonly called: () => readonly string[];
}

/** An OpenAI-shaped upstream, written by others, for one test. */
export async function mockUpstream(script: (mock: LLMock) => void): Promise<MockedUpstream> {
  const mock = new LLMock({ port: 0 });
  script(mock);
  await mock.start();
  onTestFinished(() => mock.stop());
  return {
    mock,
    baseUrl: `${mock.url}/v1`,
    called: () => mock.getRequests().map(({ body }) => (body && 'model' in body ? String(body.model) : '')),
  };
}

/** An answer that names who gave it, for each of the models of `inventory`. */
export function answerByName(mock: LLMock): void {
  for (const model of ['up-small', 'up-large', 'up-spare']) mock.on({ model }, { content: `from ${model}` });
}

/** Three models of two regions, all on one upstream: `small` and `spare` in the EU, `large` in the US. */
export function inventory(baseUrl: string): string {
  return `version: 1
policy: main.llmpolicy
server: { max_body: 20kB }
auth: { required: false, admin_token: adm1n }
providers:
  europe: { kind: openai, base_url: "${baseUrl}", api_key: upstream-secret, region: eu }
  america: { kind: openai, base_url: "${baseUrl}", api_key: upstream-secret, region: us }
models:
  small: { provider: europe, upstream: up-small, answers_to: [gpt-small], price_in: $1, price_out: $2, context_window: 32k, max_output: 8k, tools: true }
  large: { provider: america, upstream: up-large, answers_to: [gpt-large, gpt-any], price_in: $1, price_out: $2, context_window: 32k, max_output: 8k, tools: true }
  spare: { provider: europe, upstream: up-spare, answers_to: [gpt-any], price_in: $1, price_out: $2, context_window: 32k, max_output: 8k, tools: true }
attributes:
  request.data_region: { type: enum, values: [eu, us, any], default: any, from: [header x-data-region, metadata data_region] }
  request.class: { type: enum, values: [interactive, batch], default: interactive, from: [metadata class] }
`;
}

/** A policy's text: its header, and these rules. */
export function policyText(rules: string): string {
  return `edition 2026\npolicy "main"\n${rules}\n`;
}
