import { expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { systemClock } from '../../src/gateway/clock.ts';
import { serveCompiled } from '../../src/gateway/compile-served.ts';
import type { NoticeEntry } from '../../src/ledger/ledger.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { configOf } from '../gateway/sample-config.ts';
import { scriptUpstream } from '../providers/scripted-upstream.ts';
import { until } from '../support/until.ts';
import { runGateway } from './running-gateway.ts';

it('whoever wants to know of a budget that is charged per attempt is told, of the models of the plan alone', async () => {
  const heard: Record<string, unknown>[] = [];
  const receiver = await scriptUpstream((response, { body }) => {
    heard.push(JSON.parse(body));
    response.writeHead(204).end();
  });
  const config = configOf(`
providers: { sandbox: { kind: sandbox, region: eu } }
models:
  one: { provider: sandbox, price_in: $1, price_out: $2, context_window: 32k }
  two: { provider: sandbox, price_in: $1, price_out: $2, context_window: 32k }
notify: { spend: { webhook: "${receiver.baseUrl}" } }
`);
  const text = `edition 2026
policy "notices"
routes { otherwise use requested }
budget each-model $0.1 per month for each model
  at 0.01% notify spend
`;
  const { value, diagnostics } = compileSource(createSource('n.llmpolicy', text), config.environment);
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const kept: NoticeEntry[] = [];
  const ledger = { ...noLedger, notice: async (entry: NoticeEntry) => void kept.push(entry) };
  const time = { passed: 0 };
  const clock = { ...systemClock, now: () => systemClock.now() + time.passed };
  const gateway = await runGateway(config, serveCompiled(value), '', ledger, clock);
  const ask = async (model: string) => {
    const messages = [{ role: 'user', content: 'twenty words or so, of which each costs a little '.repeat(4) }];
    expect((await gateway.post({ model, messages })).status).toBe(200);
    await gateway.settled();
    // What was read is a second old by then.
    time.passed += 1001;
  };
  await ask('two');
  await ask('one');
  expect(heard).toEqual([]);
  for (let times = 0; times < 3; times++) await ask('one');
  await until('the notice', () => kept[0]);
  expect(heard).toMatchObject([{ budget: 'each-model', each: { model: 'one' }, at: '0.01%' }]);
  expect(kept).toMatchObject([{ state: 'sent', budget: 'each-model', threshold: '0.01%', each: { model: 'one' } }]);
});
