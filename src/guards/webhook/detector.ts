import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { GuardConfig, GuardFields } from '../../config/guard-config.ts';
import { askTogether } from '../ask-together.ts';
import type { Detector, Finding } from '../guard.ts';
import { postJson } from '../post-json.ts';

const word = z.string().regex(/^[\w.:-]{1,64}$/);
const place = z.number().int().nonnegative();
const verdict = z.union([
  z.strictObject({ allow: z.boolean(), rule: word.optional() }),
  z.strictObject({ findings: z.array(z.object({ start: place, end: place, rule: word, kind: word.optional() })) }),
]);
const answerShape = z.strictObject({ results: z.array(verdict) });

function findingsOf(text: string, answer: z.output<typeof verdict>): readonly Finding[] {
  if ('findings' in answer)
    return answer.findings.map((finding) => ({ ...finding, kind: finding.kind ?? finding.rule }));
  return answer.allow ? [] : [{ start: 0, end: text.length, rule: answer.rule ?? 'refused', kind: 'webhook' }];
}

/**
 * Asks a service of the operator's own, once about all texts of a request. The question is signed as Standard Webhooks are: HMAC-SHA-256
 * over id, time in seconds and body, so that the receiver can tell who calls and refuse what is old. The answer has a verdict for each
 * text, in `results`: `{"allow": …}` or `{"findings": […]}`.
 */
export function createWebhookDetector(guard: GuardConfig, { url, secret }: GuardFields<'webhook'>): Detector {
  return {
    reach: { kind: 'whole' },
    pure: false,
    ...askTogether({
      most: Number.POSITIVE_INFINITY,
      async inspect(texts, surroundings) {
        const point = texts[0]?.place.point;
        const asked = texts.map(({ text, place: { role, form } }) => ({ role, form, text: text.toWellFormed() }));
        const body = JSON.stringify({ guard: guard.name, point, texts: asked });
        const timestamp = String(Math.floor(surroundings.outside.now() / 1000));
        const id = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex').slice(0, 32);
        const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
        const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
        const { results } = await postJson(guard, url, { body, headers }, answerShape, surroundings);
        return results.map((answer, index) => findingsOf(texts[index]?.text ?? '', answer));
      },
    }),
  };
}
