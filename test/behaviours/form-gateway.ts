import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readConfig } from '../../src/config/read-config.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { compileServed, serveCompiled } from '../../src/gateway/reload-policy.ts';
import { noParents } from '../../src/semantics/link-layers.ts';
import { startGatewayApp } from '../http/running-gateway.ts';
import type { Form } from './forms/form.ts';

interface LoggedRequest {
  readonly outcome: string;
  readonly status: number;
  readonly usage: unknown;
  readonly error: string | null;
  readonly attempts: readonly { readonly failure?: string }[];
}

/** A gateway before an upstream that answers byte for byte what a test says, whatever it is asked. */
export interface FormGateway {
  readonly url: string;
  answerWith(write: (response: ServerResponse) => void | Promise<void>): void;
  /** What the gateway logged of the last request. */
  lastEntry(): Promise<LoggedRequest>;
  lastUsage(): Promise<unknown>;
  close(): Promise<void>;
}

const abilities =
  'price_in: $1, price_out: $1, context_window: 200k, max_output: 64k, vision: true, tools: true, json_schema: true, reasoning: true';

export async function openFormGateway(forms: readonly Form[]): Promise<FormGateway> {
  let answer: (response: ServerResponse) => void | Promise<void> = (response) => void response.end();
  const upstream = createServer(async (request, response) => {
    for await (const _ of request);
    await answer(response);
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const address = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const text = `version: 1
policy: main.llmpolicy
auth: { required: false }
providers:
${forms.map(({ provider }, index) => `  at-${index}: ${provider(address)}`).join('\n')}
models:
${forms.map(({ name, upstream: model }, index) => `  m-${index}: { provider: at-${index}, upstream: "${model}", answers_to: ["${name}"], ${abilities} }`).join('\n')}
`;
  const config = readConfig(createSource('gateway.config.yaml', text), {});
  if (!config.value) throw new Error(config.diagnostics.map(({ message }) => message).join('\n'));
  const rules = 'edition 2026\npolicy "main"\nroutes { otherwise use requested }\n';
  const policy = compileServed(createSource('main.llmpolicy', rules), config.value.environment, noParents);
  if (!policy.value) throw new Error(policy.diagnostics.map(({ message }) => message).join('\n'));
  const lines: string[] = [];
  const gateway = await startGatewayApp(config.value, serveCompiled(policy.value), (line) => void lines.push(line));
  let asked = 0;

  async function lastEntry(): Promise<LoggedRequest> {
    // A line is written after the answer has ended.
    while (requestLines().length < asked) await new Promise((resolve) => setImmediate(resolve));
    return JSON.parse(requestLines().at(-1) ?? '{}');
  }
  const requestLines = () => lines.filter((line) => line.includes('"msg":"request"'));

  return {
    url: gateway.url,
    answerWith(write) {
      asked++;
      answer = write;
    },
    lastEntry,
    lastUsage: async () => (await lastEntry()).usage,
    async close() {
      await gateway.close();
      upstream.closeAllConnections();
      upstream.close();
    },
  };
}
