import type { z } from 'zod';
import type { GuardConfig } from '../config/guard-config.ts';
import type { Surroundings } from './guard.ts';

/** Asks a service and reads its answer. It rejects for any answer but a 2xx of the wanted shape, without quoting it. */
export async function postJson<Shape extends z.ZodType>(
  guard: GuardConfig,
  url: string,
  content: { readonly body: string; readonly headers?: Readonly<Record<string, string>> },
  shape: Shape,
  { outside, signal }: Surroundings,
): Promise<z.output<Shape>> {
  const headers = { 'content-type': 'application/json', accept: 'application/json', ...content.headers };
  const { name, region } = guard;
  const { status, body } = await outside.call({ guard: name, region, url, headers, body: content.body, signal });
  if (status < 200 || status > 299) throw new Error(`the service of guard \`${name}\` answered ${status}`);
  const answer = shape.safeParse(JSON.parse(body));
  if (!answer.success) throw new Error(`the service of guard \`${name}\` answered in another shape`);
  return answer.data;
}
