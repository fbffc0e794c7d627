import { z } from 'zod';
import { failureClasses } from '../protocol/failure.ts';
import { isRegex } from '../semantics/value-operations.ts';
import { isZone } from '../semantics/week.ts';
import type { FactSlot, ProgramContent, ProgramOperand } from './program.ts';
import { conditionShape, factsShape, typeShape, valueShape } from './program-facts-shape.ts';

const text = z.string();
const whole = z.int().nonnegative();
const span = whole.max(10_000);
const failures = z.array(z.enum(failureClasses));
const retries = z.array(z.strictObject({ on: failures, times: whole, backoffMs: z.tuple([whole, whole]).nullable() }));
const fallback = z.strictObject({ on: failures, maxAttempts: whole.nullable(), withinMs: whole.nullable() });
const status = z.int().min(400).max(599);
const reject = z.strictObject({ kind: z.literal('reject'), status, message: text });
const pattern = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('like'), place: z.enum(['all', 'start', 'end', 'anywhere']), text }),
  z.strictObject({
    kind: z.literal('matches'),
    regex: text.refine((regex) => isRegex(regex), 'no regular expression of RE2'),
  }),
]);
const question = z.strictObject({ fact: text, attribute: text, pattern, absent: valueShape.exactOptional() });
const windows = z.enum(['second', 'min', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'ever', 'concurrent']);

/** What rules are made of, for a program with these facts and so many models. */
function partsShape(facts: readonly FactSlot[], models: number) {
  const fact = whole.lt(facts.length);
  const model = whole.lt(models);
  const when = conditionShape(facts);
  const operand: z.ZodType<ProgramOperand> = z.strictObject({
    type: typeShape,
    facts: z.array(fact),
    constant: valueShape.exactOptional(),
  });
  const keys = z.array(z.strictObject({ name: text, value: operand }));
  const bucket = z.strictObject({ fact, key: operand, salt: text });
  const order = z.union([z.enum(['written', 'cheapest', 'fastest']), z.strictObject({ key: operand, salt: text })]);
  const pick = z.strictObject({
    models: z.union([z.literal('requested'), z.array(model)]),
    order,
    after: failures.nullable(),
    timeoutMs: whole.nullable(),
    firstTokenMs: whole.nullable(),
  });
  const plan = z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('use'), picks: z.array(pick) }), reject]);
  return { fact, model, when, operand, keys, bucket, plan };
}

type Parts = ReturnType<typeof partsShape>;

/** A rule of stage 3: one case for the request, or cases that each name their models. */
function ruleShape<Payload extends z.ZodType>({ model, when }: Parts, payload: Payload) {
  return z.array(
    z
      .strictObject({
        id: text,
        shadow: z.boolean(),
        perAttempt: z.boolean(),
        cases: z.array(z.strictObject({ models: z.array(model).nullable(), when, payload })),
      })
      .refine(({ perAttempt, cases }) => cases.every(({ models }) => (models === null) !== perAttempt), {
        message: 'it is of the request and of attempts at once',
      }),
  );
}

function counterShape({ fact, operand, keys }: Parts) {
  const window = z.union([windows, whole]);
  return { policy: text, amount: operand, window, each: keys, place: whole, state: fact.nullable() };
}

function stageThree(parts: Parts) {
  const { model, operand, keys, bucket, plan } = parts;
  const notify = z.strictObject({ kind: z.literal('notify'), channel: text });
  const thresholds = z.array(z.strictObject({ at: whole, effect: z.union([plan, notify]) }));
  const stream = z.union([z.enum(['buffer', 'observe']), z.strictObject({ windowBytes: whole })]);
  const rule = <Payload extends z.ZodType>(payload: Payload) => ruleShape(parts, payload);
  return {
    budgets: rule(z.strictObject({ ...counterShape(parts), thresholds })),
    limits: rule(
      z.strictObject({
        ...counterShape(parts),
        unit: z.enum(['req', 'tok', 'input tok', 'output tok', 'concurrent']),
        burst: operand.nullable(),
        otherwise: plan,
      }),
    ),
    caps: rule(z.strictObject({ subject: z.enum(['input', 'output', 'cost', 'time']), amount: whole })),
    caches: rule(
      z.strictObject({
        mode: z.enum(['off', 'exact', 'semantic']),
        above: span.nullable(),
        ttlMs: whole.nullable(),
        scope: keys,
      }),
    ),
    guards: rule(
      z.strictObject({
        guard: text,
        points: z.array(z.enum(['input', 'output'])),
        action: z.enum(['observe', 'redact', 'block']),
        stream,
      }),
    ),
    sets: rule(z.strictObject({ parameter: text, value: z.union([operand, z.literal('off')]) })),
    tags: rule(z.strictObject({ tag: text, value: operand })),
    mirrors: rule(z.strictObject({ model, share: span, bucket })),
  };
}

function stagesOneAndTwo({ fact, model, when, bucket, plan }: Parts) {
  const destination = z.strictObject({ kind: z.literal('destination'), plan, retries, fallback });
  const branch = z.strictObject({ name: text, end: span, destination });
  const split = z.strictObject({ kind: z.literal('split'), bucket, branches: z.array(branch).min(1) });
  const shadow = z.boolean();
  const counter = z.strictObject({ id: text, shadow, when, exhausted: fact });
  return {
    models: z.array(
      z.strictObject({
        name: text,
        provider: text,
        upstream: text,
        up: fact,
        counters: z.array(counter),
        latency: fact.exactOptional(),
        price: z.tuple([whole, whole]).exactOptional(),
      }),
    ),
    answers: z.array(z.tuple([text, z.array(model)])),
    denials: z.array(
      z.strictObject({
        rule: text,
        shadow,
        because: text.nullable(),
        groups: z.array(z.strictObject({ models: z.array(model), when })),
      }),
    ),
    refusals: z.array(z.strictObject({ rule: text, shadow, code: text, status, message: text, when })),
    choices: z.array(
      z.strictObject({ name: text, shadow, when, to: z.discriminatedUnion('kind', [destination, split]) }),
    ),
    otherwise: destination,
  };
}

/** How many facts and models there are decides what else is right. */
const listsShape = z.looseObject({ facts: factsShape, models: z.array(z.unknown()) });

/**
 * The content of a compiled policy, checked so that deciding with it cannot fail: every index is one of something, every condition
 * asks of a fact what can be asked of it, every zone and every pattern is one.
 */
export function parseProgramContent(
  content: unknown,
): z.ZodSafeParseResult<ProgramContent> | z.ZodSafeParseError<unknown> {
  const lists = listsShape.safeParse(content);
  if (!lists.success) return lists;
  const { facts, models } = lists.data;
  const parts = partsShape(facts, models.length);
  const shape: z.ZodType<ProgramContent> = z.strictObject({
    name: text,
    edition: whole,
    meaning: whole,
    currency: text,
    facts: factsShape,
    requiredFacts: z.array(text),
    questions: z.array(question),
    zones: z.array(text.refine((zone) => isZone(zone), 'no time zone')),
    ...stagesOneAndTwo(parts),
    ...stageThree(parts),
    retries,
    fallback,
  });
  return shape.safeParse(content);
}
