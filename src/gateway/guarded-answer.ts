import type { ActiveGuard, Report } from '../guards/guard.ts';
import { guardBody } from '../guards/guard-body.ts';
import type { GuardedRequest } from '../guards/guard-text.ts';
import type { Placeholders } from '../guards/placeholders.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from '../protocol/json.ts';
import type { Surface } from '../protocol/surface.ts';
import { withoutLogprobs } from '../protocol/texts/gather.ts';
import { replaceTexts } from '../protocol/texts/slot.ts';
import type { WholeAnswer } from '../protocol/upstream-answer.ts';
import { guardBlocked } from './guard-blocked.ts';

const decoder = new TextDecoder();

/**
 * A whole answer as it may go on, whoever kept it: the same for one that a model has just given and for one that was stored. Throws a
 * `GatewayError` where a guard blocks it.
 */
export async function guardAnswer(
  answer: WholeAnswer,
  { texts }: Surface,
  guards: readonly ActiveGuard[],
  request: GuardedRequest,
  tell: (reports: readonly Report[]) => void,
): Promise<WholeAnswer> {
  const body = parseJsonObject(decoder.decode(answer.body));
  if (body === undefined) throw new Error('a whole answer that is no JSON object');
  const guarded = await guardBody(body, texts.answer(body), 'output', guards, request);
  tell(guarded.reports);
  if (guarded.blocked) throw guardBlocked(guarded.blocked, 'answer');
  // A text that is not said is not spelt out in tokens either.
  const seen = guarded.body === body ? body : (withoutLogprobs(guarded.body) as JsonObject);
  const restored = request.placeholders.canRestore ? restore(seen, texts.answer(seen), request.placeholders) : seen;
  return restored === body ? answer : { ...answer, body: Buffer.from(JSON.stringify(restored)) };
}

/** What was redacted on input back in its places; in whatever else repeats the request as well. */
function restore(
  body: JsonObject,
  slots: ReturnType<Surface['texts']['answer']>,
  placeholders: Placeholders,
): JsonObject {
  const texts = slots.map(({ form, text }) => placeholders.restore(text, form === 'text' ? 'text' : 'json'));
  return restoreAll(replaceTexts(body, slots, texts), placeholders) as JsonObject;
}

function restoreAll(value: JsonValue, placeholders: Placeholders): JsonValue {
  if (typeof value === 'string') return placeholders.restore(value, 'text');
  if (Array.isArray(value)) return value.map((item) => restoreAll(item, placeholders));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [
      field,
      inner === undefined ? inner : restoreAll(inner, placeholders),
    ]),
  );
}
