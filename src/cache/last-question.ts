import type { ApiRequest } from '../protocol/api-request.ts';
import { isJsonObject, type JsonObject } from '../protocol/json.ts';
import { surfaces } from '../protocol/surfaces.ts';
import { type Path, putAt } from '../protocol/texts/slot.ts';

/** What a request asks last, and everything around it. */
export interface LastQuestion {
  readonly path: Path;
  readonly text: string;
}

/**
 * The last text of the conversation, where it is the user's: what semantic caches compare. Undefined where something else stands last, as
 * a tool's result does, and for embeddings.
 */
export function lastQuestion({ surface, body }: Pick<ApiRequest, 'surface' | 'body'>): LastQuestion | undefined {
  if (surface === 'embeddings') return undefined;
  const slots = surfaces[surface].texts.request(body);
  const last = slots.findLast(({ path: [field] }) => field === 'messages' || field === 'input');
  return last?.role === 'user' && last.form === 'text' ? { path: last.path, text: last.text } : undefined;
}

/** The body without the question: the same for all that differ in that alone. */
export function aroundQuestion(body: JsonObject, { path }: Pick<LastQuestion, 'path'>): JsonObject {
  const around = putAt(body, path, '');
  if (!isJsonObject(around)) throw new Error('a question that stands in no body');
  return around;
}
