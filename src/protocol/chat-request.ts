import type { JsonObject, JsonValue } from './json.ts';

/** The body of a chat request: what the gateway reads is checked, every other field is kept for the upstream. */
export interface ChatRequest extends JsonObject {
  readonly model: string;
  readonly messages: readonly JsonObject[];
}

/** `true` only where the caller wrote exactly that, as upstreams read it. */
export function wantsStream(request: ChatRequest): boolean {
  return request['stream'] === true;
}

/** The text of a message's `content`: the string itself, or the text parts of a list. */
export function textsOf(content: JsonValue | undefined): readonly string[] {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part) => (typeof part?.text === 'string' ? [part.text] : []));
}
