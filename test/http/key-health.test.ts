import { expect, it } from 'vitest';
import { systemClock } from '../../src/gateway/clock.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { answerJson, completion, scriptUpstream } from '../providers/scripted-upstream.ts';
import { servedInventory } from '../support/served-inventory.ts';
import { until } from '../support/until.ts';
import { runGateway } from './running-gateway.ts';

const messages = [{ role: 'user' as const, content: 'hello' }];

/** Two keys of one provider, of which the first leads to an account that is ill. */
async function openGateway(circuit: string) {
  const state = { isIll: true, keys: [] as string[] };
  const { baseUrl } = await scriptUpstream((response, { headers }) => {
    const key = String(headers.authorization).replace('Bearer ', '');
    state.keys.push(key);
    if (key === 'first-key' && state.isIll) response.destroy();
    else answerJson(response, 200, completion);
  });
  const { config, policy } = servedInventory(
    `
providers: { own: { kind: openai, base_url: "${baseUrl}", api_keys: [first-key, second-key], circuit: ${circuit} } }
models: { own: { provider: own, price: free, context_window: 8k } }
`,
  );
  const time = { passed: 0 };
  const clock = { ...systemClock, wallNow: () => Date.UTC(2026, 0, 5, 12) + time.passed };
  const gateway = await runGateway(config, policy, '', noLedger, clock);
  const ask = async () => (await gateway.post({ model: 'own', messages })).status;
  return { state, ask, time };
}

const asked = async (ask: () => Promise<number>, count: number) => {
  const statuses: number[] = [];
  for (let request = 0; request < count; request++) statuses.push(await ask());
  return statuses;
};

it('a key with which calls fail and fail is left alone while another serves, until one call finds it well', async () => {
  const { state, ask, time } = await openGateway('{ failures: 2, error_rate: 100%, rest: 5s }');
  expect(await asked(ask, 4)).toEqual([502, 200, 502, 200]);
  state.keys.length = 0;
  expect(new Set(await asked(ask, 6))).toEqual(new Set([200]));
  expect(new Set(state.keys)).toEqual(new Set(['second-key']));
  state.isIll = false;
  time.passed += 5000;
  await until('it to be asked', async () => (await ask()) && (state.keys.includes('first-key') || undefined));
  state.keys.length = 0;
  await asked(ask, 4);
  expect(new Set(state.keys)).toEqual(new Set(['first-key', 'second-key']));
});

it('without circuits keys go on taking turns', async () => {
  const { ask } = await openGateway('off');
  expect(await asked(ask, 6)).toEqual([502, 200, 502, 200, 502, 200]);
});
