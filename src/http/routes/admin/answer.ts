import type { Response } from 'express';
import { z } from 'zod';
import { GatewayError } from '../../../protocol/gateway-error.ts';
import { contextOf } from '../../context.ts';

/** Answers an administrator; nothing on the way may keep it. */
export function answer(response: Response, status: number, body: unknown): void {
  response.setHeader('x-request-id', contextOf(response).id);
  response.setHeader('cache-control', 'no-store');
  response.status(status).json(body);
}

/** The body in the shape that it should have. Throws a `GatewayError` that names the field that is wrong. */
export function readBody<Shape extends z.ZodType>(shape: Shape, body: unknown): z.output<Shape> {
  const read = shape.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const param = issue?.path.join('.') || null;
  const said =
    issue?.code === 'unrecognized_keys'
      ? `there is no field ${issue.keys.map((key) => `\`${key}\``).join(', ')}`
      : issue?.message;
  throw new GatewayError('invalid_request', `${param === null ? 'the body' : `\`${param}\``}: ${said}`, { param });
}

/** One line that any terminal can show. */
const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^\P{C}*$/u, 'is one line of ordinary text');

/** Who changes something, and why. */
export const bringerShape = line(128);
export const messageShape = line(1000);
