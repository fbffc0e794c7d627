import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { answerJson, scriptUpstream } from '../providers/scripted-upstream.ts';
import { servedInventory } from '../support/served-inventory.ts';
import { runGateway } from './running-gateway.ts';

const messages = [{ role: 'user' as const, content: 'hello' }];

/** Official clients as they come, before an upstream that always answers so. */
async function openGateway(status: number, rules = 'routes { otherwise use own }') {
  const { baseUrl, calls } = await scriptUpstream((response) => {
    answerJson(response, status, { error: { message: 'no' } }, { 'retry-after-ms': '1' });
  });
  const { config, policy } = servedInventory(
    `
providers: { own: { kind: openai-compatible, base_url: "${baseUrl}", circuit: off } }
models: { own: { provider: own, price: free, context_window: 8k } }
`,
    rules,
  );
  const { url, logLines } = await runGateway(config, policy);
  return {
    calls,
    logLines,
    openAi: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', timeout: 20_000 }),
    anthropic: new Anthropic({ baseURL: url, apiKey: 'any', timeout: 20_000 }),
  };
}

describe('an official client', () => {
  it('tries again by itself where that may help', async () => {
    const { openAi, calls } = await openGateway(500);
    await expect(openAi.chat.completions.create({ model: 'own', messages })).rejects.toMatchObject({ status: 502 });
    expect(calls).toHaveLength(3);
  });

  it.each([404, 401])('does not where the upstream’s %i will come again', async (status) => {
    const { openAi, anthropic, calls, logLines } = await openGateway(status);
    await expect(openAi.chat.completions.create({ model: 'own', messages })).rejects.toMatchObject({ status: 502 });
    await expect(anthropic.messages.create({ model: 'own', max_tokens: 5, messages })).rejects.toMatchObject({
      status: 502,
    });
    expect(await logLines(2)).toHaveLength(2);
    expect(calls.length).toBeLessThanOrEqual(2);
  });

  it('does not where the policy has refused', async () => {
    const { openAi, logLines } = await openGateway(200, 'routes { otherwise reject 503 "closed for today" }');
    await expect(openAi.chat.completions.create({ model: 'own', messages })).rejects.toMatchObject({ status: 503 });
    expect(await logLines(1)).toHaveLength(1);
  });
});
