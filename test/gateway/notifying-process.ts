// A process of a gateway that finds a budget at 85 % again and again: what it has to tell, it tells until somebody has heard it.
import { compileSource } from '../../src/compile/compile-source.ts';
import { decide } from '../../src/decide/decide.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { systemClock } from '../../src/gateway/clock.ts';
import { Notifier } from '../../src/gateway/notifier.ts';
import { servePolicy } from '../../src/gateway/served-policy.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { configOf } from './sample-config.ts';

const [folder = '', webhook = ''] = process.argv.slice(2);
const config = configOf(`
providers: { sandbox: { kind: sandbox, region: eu } }
models: { echo: { provider: sandbox, price_in: $1, price_out: $2, context_window: 32k } }
notify: { spend: { webhook: "${webhook}", secret: s3cret } }
`);
const source = createSource(
  'notify.llmpolicy',
  `edition 2026
policy "notify"
routes { otherwise use echo }
budget all-month $10 per month
  at 80% notify spend
  at 100% reject 402 "used up"
`,
);
const compiled = compileSource(source, config.environment).value;
if (compiled === undefined) throw new Error('the policy does not compile');
const policy = servePolicy(compiled.program, decide);
const facts = new Map([['budget.all-month.used', 8500] as const]);
/** No month ends while it runs. */
const start = Date.UTC(2026, 0, 5, 12);
const clock = { ...systemClock, wallNow: () => start + performance.now() };
const store = await openSqliteStore({ file: `${folder}/gateway.db` });
const ledger = await openSqliteLedger({ file: `${folder}/ledger.db` });
const notifier = new Notifier(() => config, {
  notices: store.notices,
  ledger,
  clock,
  warn: (why) => process.stderr.write(`${why}\n`),
});
const decision = policy.decide(facts);
while ((await ledger.notices()).length === 0) {
  for (let times = 0; times < 20; times++) notifier.tell(policy, facts, decision, []);
  await systemClock.sleep(50, new AbortController().signal);
}
await notifier.stop();
await Promise.all([store.close(), ledger.close()]);
