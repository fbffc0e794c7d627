import { z } from 'zod';
import { basisPoints, type Parts, text, whole } from './program-parts-shape.ts';

const windows = z.enum(['second', 'min', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'ever', 'concurrent']);

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

/** The lists of stage 3. */
export function obligationsShape(parts: Parts) {
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
        above: basisPoints.nullable(),
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
    mirrors: rule(z.strictObject({ model, share: basisPoints, bucket })),
  };
}
