import { z } from 'zod';
import { isRegex } from '../semantics/value-operations.ts';
import { isZone } from '../semantics/week.ts';
import type { ProgramContent } from './program.ts';
import { factsShape, valueShape } from './program-facts-shape.ts';
import { obligationsShape } from './program-obligations-shape.ts';
import { basisPoints, fallback, type Parts, partsShape, retries, status, text, whole } from './program-parts-shape.ts';

const pattern = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('like'), place: z.enum(['all', 'start', 'end', 'anywhere']), text }),
  z.strictObject({
    kind: z.literal('matches'),
    regex: text.refine((regex) => isRegex(regex), 'no regular expression of RE2'),
  }),
]);
const question = z.strictObject({ fact: text, attribute: text, pattern, absent: valueShape.exactOptional() });
/** The catalogue, and the lists of stages 1 and 2. */
function stagesOneAndTwo({ fact, model, when, bucket, plan }: Parts) {
  const destination = z.strictObject({ kind: z.literal('destination'), plan, retries, fallback });
  const branch = z.strictObject({ name: text, end: basisPoints, destination });
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
    receivers: z
      .array(
        z.strictObject({
          name: text,
          denials: z.array(z.strictObject({ rule: text, shadow, because: text.nullable(), when })),
        }),
      )
      .exactOptional(),
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
    ...obligationsShape(parts),
    retries,
    fallback,
  });
  return shape.safeParse(content);
}
