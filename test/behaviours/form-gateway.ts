import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startGatewayApp } from '../http/running-gateway.ts';
import { ableModel, servedInventory } from '../support/served-inventory.ts';
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

export async function openFormGateway(forms: readonly Form[]): Promise<FormGateway> {
  let answer: (response: ServerResponse) => void | Promise<void> = (response) => void response.end();
  const upstream = createServer(async (request, response) => {
    for await (const _ of request);
    await answer(response);
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const address = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const { config, policy } = servedInventory(`
providers:
${forms.map(({ provider }, index) => `  at-${index}: ${provider(address)}`).join('\n')}
models:
${forms.map(({ name, upstream: model }, index) => `  m-${index}: { provider: at-${index}, upstream: "${model}", answers_to: ["${name}"], ${ableModel} }`).join('\n')}
`);
  const lines: string[] = [];
  const gateway = await startGatewayApp(config, policy, (line) => void lines.push(line));
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
