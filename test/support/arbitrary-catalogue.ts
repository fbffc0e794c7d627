import fc, { type Arbitrary } from 'fast-check';

/** A small inventory: its config as text, and the names that policies may use. */
export interface Catalogue {
  readonly config: string;
  readonly models: readonly string[];
  readonly providers: readonly string[];
}

const modelNames = ['ada', 'gpt-4.1', 'm_3', 'd', 'e-e', 'f'];
const providerNames = ['north', 'south', 'east'];

const abilities = ['vision', 'tools', 'json_schema', 'reasoning', 'zero_retention'];

const model = fc.record({
  provider: fc.nat(2),
  price_in: fc.constantFrom('$0', '$0.25', '$1', '$5'),
  price_out: fc.constantFrom('$0', '$1', '$5', '$25'),
  context_window: fc.constantFrom('1M', '128k', '130k', '1k', '999'),
  max_output: fc.constantFrom('999', '32k'),
  able: fc.subarray(abilities),
  shared: fc.boolean(),
  level: fc.option(fc.constantFrom('0', '2', '3')),
  grade: fc.option(fc.constantFrom('low', 'high')),
  maker: fc.option(fc.constantFrom('a', 'beta')),
  uses: fc.option(fc.constantFrom('[chat]', '[chat, code]')),
  abilities: fc.option(
    fc.constantFrom('{ embeddings: true }', '{ stateful: true, audio: false }', '{ native: true, logprobs: true }'),
    { freq: 3 },
  ),
});

/** One takes bytes at every endpoint, one at some, two need a translation at some. */
const kind = fc.constantFrom('sandbox', ...['openai', 'anthropic', 'cohere'].map((name) => `${name}, api_key: k`));

type GeneratedModel = typeof model extends Arbitrary<infer Value> ? Value : never;

/** Attributes of every type; policies read each of them. */
const attributes = `attributes:
  request.class: { type: enum, values: [interactive, batch], default: interactive, from: [header x-class] }
  request.deadline: { type: duration, optional: true, from: [header x-deadline] }
  request.difficulty: { type: decimal, optional: true, from: [header x-difficulty] }
  request.discount: { type: percent, optional: true, from: [header x-discount] }
  request.quota: { type: requests, required: true, from: [header x-quota] }
  request.wishes: { type: set, values: [fast, cheap], default: [], from: [header x-wishes] }
  caller.tier: { type: enum, values: [free, gold, internal], default: free }
  caller.trusted: { type: bool, optional: true }
  caller.allowance: { type: money, optional: true }
  caller.models: { type: set, default: [] }
  caller.secret: { type: string, optional: true, sensitive: true }
  model.level: { type: count, default: 1 }
  model.grade: { type: enum, values: [low, high], optional: true }
  model.maker: { type: string, default: "c" }
  model.uses: { type: set, default: [] }
  model.cost_share: { type: percent, default: 2.5% }
  model.score: { type: decimal, default: 0.5 }
  model.lag: { type: duration, default: 1s }
`;

function writeModel({ provider, able, shared, ...stated }: GeneratedModel, name: string): string {
  const fields = Object.entries(stated).flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`]));
  const own = [`provider: ${providerNames[provider]}`, `upstream: up-${name}`, ...fields];
  const can = able.map((ability) => `${ability}: true`);
  return `  ${name}: { ${[...own, ...can, ...(shared ? ['answers_to: [shared]'] : [])].join(', ')} }\n`;
}

export const arbitraryCatalogue: Arbitrary<Catalogue> = fc
  .record({
    models: fc.array(model, { minLength: 2, maxLength: 6 }),
    third: fc.constantFrom('eu', 'us'),
    kinds: fc.tuple(kind, kind),
  })
  .map(({ models, third, kinds: [northern, eastern] }) => ({
    models: modelNames.slice(0, models.length),
    providers: providerNames,
    config: `version: 1
policy: test.llmpolicy
time_zone: Europe/Paris
auth: { required: false }
providers:
  north: { kind: ${northern}, region: eu }
  south: { kind: sandbox, region: us }
  east: { kind: ${eastern}, region: ${third} }
models:
${models.map((one, index) => writeModel(one, modelNames[index] ?? '')).join('')}${attributes}guards:
  pii: { kind: pii }
  secrets: { kind: secrets }
  words: { kind: keywords, words: [project-x] }
  hook: { kind: webhook, url: "https://hooks.example/look", secret: s, region: ${third}, zero_retention: true }
  names: { kind: presidio, base_url: "https://names.example", region: us }
notify:
  spend: { webhook: "https://hooks.example/spend" }
  second: { webhook: "https://hooks.example/second" }
`,
  }));
