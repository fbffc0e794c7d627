// What estimating tokens costs beside counting them, in one run: texts that were read before, and texts that nobody has seen. Absolute
// figures move from run to run: read the ratios. The fastest of many short rounds counts, as it was disturbed least.
import { readFileSync } from 'node:fs';

const megabyte = 1e6;
const rounds = 300;
const excerptLength = 2500;

async function loaded<T>(load: () => Promise<T>): Promise<{ readonly value: T; readonly cost: string }> {
  const [held, start] = [process.memoryUsage().rss, performance.now()];
  const value = await load();
  const [ms, grown] = [performance.now() - start, (process.memoryUsage().rss - held) / megabyte];
  return { value, cost: `${ms.toFixed(0)} ms, ${grown.toFixed(0)} MB` };
}

const estimating = await loaded(() => import('../../src/catalog/token-estimate.ts'));
const counting = await loaded(() => import('gpt-tokenizer/encoding/o200k_base'));
const { estimateTokens } = estimating.value;
const { countTokens } = counting.value;
process.stdout.write(`to load: the estimate ${estimating.cost}; the vocabulary ${counting.cost}\n\n`);

const fixture = (name: string) => readFileSync(new URL(`../fixtures/texts/${name}.txt`, import.meta.url), 'utf8');
const packaged = (name: string) => readFileSync(new URL(`../../node_modules/${name}`, import.meta.url), 'utf8');
const prose = ['english', 'german', 'russian', 'arabic', 'hindi', 'chinese-simplified', 'japanese', 'korean', 'thai'];

const known: Readonly<Record<string, string>> = {
  ...Object.fromEntries(prose.map((name) => [name, fixture(`prose/${name}`)])),
  Python: fixture('code/python'),
  JavaScript: packaged('undici/lib/core/util.js'),
  Markdown: packaged('express/Readme.md'),
  JSON: packaged('../package-lock.json'),
};

const small = 'abcdefghijklmnopqrstuvwxyz';
const drawnFrom = (alphabet: string) => () =>
  Array.from({ length: excerptLength }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join('');
const unseen: Readonly<Record<string, () => string>> = {
  'hex, by chance': drawnFrom('0123456789abcdef'),
  'base64, by chance': drawnFrom(`${small}${small.toUpperCase()}0123456789+/`),
  'words, by chance': drawnFrom(`${small}     `),
  'letters, by chance': drawnFrom(small),
};

const estimate = (text: string) => estimateTokens([text]);

/** Nanoseconds for a character, of each, in turn. */
function measure(next: () => string): readonly [estimated: number, counted: number] {
  const best: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round++) {
    const text = next();
    for (const [index, count] of [estimate, countTokens].entries()) {
      const start = performance.now();
      count(text);
      best[index] = Math.min(best[index] ?? 0, ((performance.now() - start) * 1e6) / text.length);
    }
  }
  return best;
}

process.stdout.write(`${'ns for a character'.padEnd(22)} estimated   counted  ratio\n`);
const rows: readonly (readonly [string, () => string])[] = [
  ...Object.entries(known).map(([name, text]) => [name, () => text.slice(0, excerptLength)] as const),
  ...Object.entries(unseen),
];
for (const [name, next] of rows) {
  const [estimated, counted] = measure(next);
  const cells = [
    estimated.toFixed(1).padStart(9),
    counted.toFixed(1).padStart(9),
    (counted / estimated).toFixed(1).padStart(6),
  ];
  process.stdout.write(`${name.padEnd(22)} ${cells.join(' ')}\n`);
}
