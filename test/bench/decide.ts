// What a decision costs as rules grow, beside other engines, in one run. Absolute figures move from run to run: read the ratios.
import { engines, phasesOf } from './engines.ts';
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
      if (size > engine.mostRules) return undefined;
      const family = make(size);
      const { ask, compileMs } = engine.prepare(family);
      return { cost: measure(ask, family.requests.length), compileMs };
    });
    return { name: engine.name, cells };
  });
  const [own] = rows;
  process.stdout.write(
    `\n${make.name}: µs per decision (× the whole decision of llmpolicy) at ${sizes.join(' / ')} rules; ms to prepare ${sizes.at(-1)}\n`,
  );
  for (const { name, cells } of rows) {
    const costs = cells.map((cell, index) => {
      const ratio = cell && cell.cost / (own?.cells[index]?.cost ?? cell.cost);
      return (cell ? `${micros(cell.cost)} (${micros(ratio ?? 1)}×)` : 'not asked').padStart(16);
    });
    process.stdout.write(
      `  ${name.padEnd(28)}${costs.join('')}${(cells.at(-1)?.compileMs ?? 0).toFixed(0).padStart(8)}\n`,
    );
  }
  const { parse, check, compile } = phasesOf(make(10_000));
  const spent = `parse ${parse.toFixed(0)}, check ${check.toFixed(0)}, compile ${compile.toFixed(0)} ms`;
  process.stdout.write(`  10000 rules of llmpolicy, from text to program: ${spent}\n`);
}

const [first, last] = [sizes[0], sizes.at(-1)];
process.stdout.write(`
Aims: a whole decision, obligations included, in about 1 µs, at most 2× from ${first} to ${last} rules in the first two families;
${last} rules compiled in under 1 s; the last family never worse than the closures. Other engines find a rule, llmpolicy decides.
`);
