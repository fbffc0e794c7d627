import { estimateTokens } from '../catalog/token-estimate.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from '../protocol/json.ts';
import type { Usage } from '../protocol/usage.ts';

/** Of each stream so much is kept: some hundreds of events. */
const mostKept = 64 * 1024;

/** What a model wrote: the body of a whole answer, or as much of a stream as was sent. */
export type Written = Uint8Array | SentText;

/** About what a model has read and written, for when nobody else says how much it was. */
export function estimatedUsage(written: Written, inputTokens: number): Usage {
  const outputTokens = written instanceof SentText ? written.tokens() : wholeTokens(written);
  return { inputTokens, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens, reasoningTokens: 0, estimated: true };
}

/**
 * What a stream has sent. While events pass they are only held and added up; they are read once, where the stream ended without its
 * usage. What is beyond the kept part is taken to be like it, byte for byte.
 */
export class SentText {
  readonly #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #bytes = 0;

  add(events: Uint8Array): void {
    this.#bytes += events.length;
    if (this.#keptBytes >= mostKept) return;
    this.#kept.push(events);
    this.#keptBytes += events.length;
  }

  /** About how many tokens they have. */
  tokens(): number {
    const texts = dataIn(Buffer.concat(this.#kept).toString()).flatMap(writtenIn);
    const kept = estimateTokens([texts.join('')]);
    return this.#bytes === 0 ? 0 : Math.ceil((kept * this.#bytes) / this.#keptBytes);
  }
}

function dataIn(events: string): readonly JsonObject[] {
  return events.split('\n').flatMap((line) => {
    const event = line.startsWith('data:') ? parseJsonObject(line.slice('data:'.length)) : undefined;
    return event ? [event] : [];
  });
}

/** What models write, by the names that the three APIs have for it. */
const fields = [
  'content',
  'reasoning',
  'reasoning_content',
  'refusal',
  'text',
  'thinking',
  'partial_json',
  'name',
  'arguments',
];

/** A chat completion's choices each have a `delta`, a message's event has one, and a response's is the text itself. */
function writtenIn(event: JsonObject): readonly string[] {
  const choices = Array.isArray(event['choices']) ? event['choices'].filter(isJsonObject) : [];
  return [event, ...choices].flatMap(({ delta }) => textsIn(delta));
}

function textsIn(delta: JsonValue | undefined): readonly string[] {
  if (typeof delta === 'string') return [delta];
  if (!isJsonObject(delta)) return [];
  const own = fields.map((field) => delta[field]).filter((value) => typeof value === 'string');
  const calls = Array.isArray(delta['tool_calls']) ? delta['tool_calls'].filter(isJsonObject) : [];
  return [...own, ...calls.flatMap((call) => textsIn(call['function']))];
}

/** The same of a whole answer, however deep its parts lie; what a tool is called with counts as it is written. */
function wholeTokens(body: Uint8Array): number {
  const texts: string[] = [];
  const left: JsonValue[] = [parseJsonObject(Buffer.from(body).toString()) ?? {}];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (Array.isArray(value)) left.push(...value.filter((part) => typeof part === 'object' && part !== null));
    if (!isJsonObject(value)) continue;
    for (const [name, part] of Object.entries(value)) {
      if (typeof part === 'string' && fields.includes(name)) texts.push(part);
      else if (name === 'input' && isJsonObject(part)) texts.push(JSON.stringify(part));
      else if (typeof part === 'object' && part !== null) left.push(part);
    }
  }
  return estimateTokens(texts);
}
