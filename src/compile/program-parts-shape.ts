import { z } from 'zod';
import { failureClasses } from '../protocol/failure.ts';
import type { FactSlot, ProgramOperand } from './program.ts';
import { conditionShape, typeShape, valueShape } from './program-facts-shape.ts';

export const text = z.string();
export const whole = z.int().nonnegative();
export const basisPoints = whole.max(10_000);
const failures = z.array(z.enum(failureClasses));
export const retries = z.array(
  z.strictObject({ on: failures, times: whole, backoffMs: z.tuple([whole, whole]).nullable() }),
);
export const fallback = z.strictObject({ on: failures, maxAttempts: whole.nullable(), withinMs: whole.nullable() });
export const status = z.int().min(400).max(599);
const reject = z.strictObject({ kind: z.literal('reject'), status, message: text });
/** What rules are made of, for a program with these facts and so many models. */
export function partsShape(facts: readonly FactSlot[], models: number) {
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

export type Parts = ReturnType<typeof partsShape>;
