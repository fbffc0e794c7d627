import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { scriptUpstream } from '../providers/scripted-upstream.ts';
import { runs } from '../support/runs.ts';
import { servedInventory } from '../support/served-inventory.ts';
import { until } from '../support/until.ts';
import { runGateway } from './running-gateway.ts';

const streams = runs(100);
const chunk = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'a', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

it(`${streams} streams at once come each to its caller, whole and in turns`, async () => {
  const open: { readonly response: ServerResponse; readonly word: string }[] = [];
  const { baseUrl } = await scriptUpstream((response, { body }) => {
    const word: string = JSON.parse(body).messages[0].content;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk(`${word} begins, `));
    open.push({ response, word });
  });
  const { config, policy } = servedInventory(`
providers: { own: { kind: openai-compatible, base_url: "${baseUrl}" } }
models: { own: { provider: own, price: free, context_window: 32k } }
`);
  const { post, gate, logLines } = await runGateway(config, policy);
  const asked = Array.from({ length: streams }, async (_, index) => {
    const messages = [{ role: 'user', content: `word-${index}` }];
    const text = await (await post({ model: 'own', stream: true, messages })).text();
    return [...text.matchAll(/"content":"([^"]*)"/g)].map(([, said]) => said).join('');
  });
  await until('all to be open at once', () => open.length === streams || undefined);
  expect(gate.running).toBe(streams);
  for (let round = 0; round < 5; round++) {
    for (const { response } of open) response.write(chunk(`${round} `));
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const { response, word } of open) response.end(`${chunk(`${word} ends`, 'stop')}data: [DONE]\n\n`);
  expect(await Promise.all(asked)).toEqual(
    Array.from({ length: streams }, (_, index) => `word-${index} begins, 0 1 2 3 4 word-${index} ends`),
  );
  const lines = await logLines(streams);
  expect(new Set(lines.map(({ outcome }) => outcome))).toEqual(new Set(['served']));
  expect(gate.running).toBe(0);
});
