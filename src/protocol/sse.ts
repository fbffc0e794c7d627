import type { JsonObject } from './json.ts';

/** A server-sent event that is only data. */
export function dataEvent(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** A server-sent event named as its data's `type`, as Anthropic's and OpenAI's newer API write them. */
export function typedEvent(data: JsonObject & { readonly type: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
