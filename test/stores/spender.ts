// A process that spends from one budget with many callers until it is refused for good. Says `spent N refused N` at the end; told to
// `hold`, it reserves, says `holding`, and waits to be killed.
import { createStore } from '../../src/assemble-store.ts';
import { StoreUnavailable } from '../../src/stores/store.ts';
import { budget, held, price, reservedPrice } from './spending.ts';

const [url = '', mode = '', token = ''] = process.argv.slice(2);
const store = await createStore({ url, token });
const bound = budget.bound;
const name = (id: string) => ({ requestId: `${process.pid}-${id}`, attempt: 1 });

/** What is asked again is done once: a store that stands still with the machine has not gone. */
async function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || error.reason !== 'timeout') throw error;
    }
  }
}

async function spend(caller: number): Promise<readonly [number, number]> {
  let [spent, early] = [0, 0];
  for (let turn = 0; ; turn++) {
    const now = Date.now();
    const request = name(`${caller}-${turn}`);
    const entries = [{ counter: budget.counter, amount: reservedPrice, bound }];
    const answer = await answered(() => store.counters.reserve({ ...request, entries, now, expiresAt: now + 600_000 }));
    if (answer.granted) {
      const used = [{ counter: budget.counter, amount: price }];
      await answered(() => store.counters.settle({ ...request, used, now: Date.now() }));
      spent += price;
      continue;
    }
    const [failed] = answer.failed;
    if (failed?.because !== 'settled') continue;
    if (failed.settled + reservedPrice <= bound) early++;
    return [spent, early];
  }
}

if (mode === 'hold') {
  const now = Date.now();
  const entries = [{ counter: budget.counter, amount: held, bound }];
  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      store.counters.reserve({ ...name(String(index)), entries, now, expiresAt: now + 1_000_000 }),
    ),
  );
  process.stdout.write('holding\n');
  setInterval(() => undefined, 1000);
} else {
  const all = await Promise.all(Array.from({ length: Number(mode) }, (_, caller) => spend(caller)));
  const [spent, early] = [0, 1].map((place) => all.reduce((total, each) => total + (each[place] ?? 0), 0));
  process.stdout.write(`spent ${spent} early ${early}\n`);
  await store.close();
}
