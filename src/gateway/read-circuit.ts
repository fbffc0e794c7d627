import { z } from 'zod';
import type { Circuit } from './circuit.ts';

const amount = z.number().nonnegative();
const shape = z.object({
  run: amount,
  slices: z.array(z.object({ at: amount, calls: amount, failed: amount })).max(100),
  opening: z
    .object({
      at: amount,
      until: amount,
      times: amount,
      probe: z.object({ by: z.string(), until: amount }).nullable(),
    })
    .nullable(),
  latencyMs: amount.nullable(),
});

/** What another process wrote; undefined where it is of a version that writes otherwise. */
export function readCircuit(text: string): Circuit | undefined {
  try {
    return shape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
