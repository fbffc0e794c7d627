// What a decision costs as rules grow, beside other engines, in one run. Absolute figures move from run to run: read the ratios.
import { engines } from './engines.ts';
import { adversarial, equality, type Family, mixed } from './families.ts';

const sizes = [10, 100, 1000, 10_000];
const families: readonly ((count: number) => Family)[] = [equality, mixed, adversarial];

/** Each cell is asked for at least this long, in rounds; the fastest round counts, as it was disturbed least. */
const roundMs = 60;
const rounds = 5;

function measure(ask: (request: number) => unknown, requests: number): number {
  let best = Number.POSITIVE_INFINITY;
  let kept: unknown;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    let asked = 0;
    let spent = 0;
    while (spent < roundMs) {
      for (let request = 0; request < requests; request++) kept = ask(request);
      asked += requests;
      spent = performance.now() - start;
    }
    best = Math.min(best, (spent * 1000) / asked);
  }
  return kept === undefined ? Number.NaN : best;
}

const micros = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));

for (const make of families) {
  const rows = engines.map((engine) => {
    const cells = sizes.map((size) => {
      if (size > engine.mostRules) return { cost: Number.NaN, compileMs: Number.NaN };
      const family = make(size);
      const { ask, compileMs } = engine.prepare(family);
      return { cost: measure(ask, family.requests.length), compileMs };
    });
    return { name: engine.name, cells };
  });
  const [own] = rows;
  process.stdout.write(
    `\n${make.name}: µs per decision (× llmpolicy) at ${sizes.join(' / ')} rules; compile ms at ${sizes.at(-1)}\n`,
  );
  for (const { name, cells } of rows) {
    const costs = cells.map(({ cost }, index) =>
      `${micros(cost)} (${micros(cost / (own?.cells[index]?.cost ?? cost))}×)`.padStart(16),
    );
    process.stdout.write(`  ${name.padEnd(28)}${costs.join('')}   ${(cells.at(-1)?.compileMs ?? 0).toFixed(0)}\n`);
  }
}
