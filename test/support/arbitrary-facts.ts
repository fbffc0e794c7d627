import fc, { type Arbitrary } from 'fast-check';
import type { Names } from './arbitrary-names.ts';

type Json = Readonly<Record<string, unknown>>;

/** Facts in their JSON form, once the names of models and counters are known. */
export type FactsDraft = (names: Names) => Json;

const texts = fc.constantFrom('a', 'b', 'ab', 'aab', 'ä', '', 'x');
/** Mostly such that models and rules let the request pass: what stands behind a refusal is not seen. */
const tokens = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(0, 1, 999) },
  { weight: 2, arbitrary: fc.constantFrom(1000, 1001, 120_000, 120_001, 2_147_483_647) },
);
const needs = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.subarray([
      'audio',
      'image_urls',
      'json_schema',
      'logprobs',
      'native',
      'reasoning',
      'stateful',
      'tools',
      'vision',
    ]),
  },
);

const stated: Arbitrary<Json> = fc.record(
  {
    'request.stream': fc.boolean(),
    'request.has_tools': fc.boolean(),
    'request.has_images': fc.boolean(),
    'request.input_tokens': tokens,
    'request.messages': fc.nat(4),
    'request.model': fc.constantFrom('ada', 'gpt-4.1', 'shared', 'nobody', 'north/up-ada'),
    'request.id': texts,
    'request.user': texts,
    'request.prompt': texts,
    'request.endpoint': fc.constantFrom('chat', 'chat', 'responses', 'responses', 'messages', 'embeddings'),
    'request.continues': fc.constantFrom('ada', 'gpt-4.1', 'm_3'),
    'request.reasoning_effort': fc.constantFrom('low', 'high'),
    'request.needs': needs,
    'request.tags': fc.subarray(['phi', 'eu', 'other']),
    'request.wishes': fc.subarray(['fast', 'cheap']),
    'request.class': fc.constantFrom('interactive', 'batch'),
    'request.deadline': fc.constantFrom('0s', '10m', '11m', '1.5h'),
    'request.difficulty': fc.constantFrom(0, 0.5, 0.6999, 0.7, 0.70004, 1),
    'request.discount': fc.constantFrom('0%', '2.5%', '100%'),
    'request.quota': fc.constantFrom(0, 5, 6),
    'caller.key': texts,
    'caller.team': texts,
    'caller.user': texts,
    'caller.tier': fc.constantFrom('free', 'gold', 'internal'),
    'caller.trusted': fc.boolean(),
    'caller.allowance': fc.constantFrom('$0', '$1', '$2.5', '$3'),
    'caller.models': fc.subarray(['ada', 'gpt-4.1', 'm_3', 'e-e']),
    'caller.secret': texts,
    now: fc.constantFrom(
      '2026-01-05T12:00:00Z',
      '2026-01-05T07:59:59Z',
      '2026-01-05T08:00:00Z',
      '2026-01-04T23:30:00Z',
      '2026-07-10T16:00:00Z',
      '2026-03-29T01:30:00+01:00',
    ),
  },
  { requiredKeys: [] },
);

const often = <Value>(value: Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 4 });
/** Values by place: the first for the first model or counter, and so on round. */
const row = <Value>(value: Arbitrary<Value>) => fc.array(often(value), { minLength: 1, maxLength: 6 });

const state = fc.record({
  up: row(fc.boolean()),
  latency: row(fc.constantFrom('0s', '499ms', '500ms', '2s')),
  used: row(fc.constantFrom('0%', '49.99%', '50%', '80%', '99%', '100%', '120%', '150%', '900%')),
  exhausted: row(fc.boolean()),
  attempts: row(fc.boolean()),
  buckets: row(fc.constantFrom('0%', '4.99%', '5%', '49.99%', '50%', '99.99%')),
});

export const arbitraryFacts: Arbitrary<FactsDraft> = fc.tuple(stated, state).map(([given, found]) => (names) => {
  const each = (keys: readonly string[], values: readonly unknown[]) =>
    keys.flatMap((key, index) => {
      const value = values[index % values.length];
      return value === undefined ? [] : [[key, value] as const];
    });
  return {
    ...given,
    ...Object.fromEntries([
      ...each(
        names.models.map((name) => `${name}.up`),
        found.up,
      ),
      ...each(
        names.models.map((name) => `${name}.latency`),
        found.latency,
      ),
      ...each(
        names.budgets.map((name) => `budget.${name}.used`),
        found.used,
      ),
      ...each(
        names.limits.map((name) => `limit.${name}.exhausted`),
        found.exhausted,
      ),
      ...each(
        names.limits.map((name) => `limit.${name}.used`),
        found.used,
      ),
      ...each(
        names.perAttempt.flatMap((name) => names.models.map((model) => `${model}.${name}.exhausted`)),
        found.attempts,
      ),
      ...each(
        names.buckets.map((name) => `${name}.bucket`),
        found.buckets,
      ),
    ]),
  };
});
