import { estimateTokens } from '../catalog/token-estimate.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from '../protocol/json.ts';
import type { Usage } from '../protocol/usage.ts';

/** Of each stream so much is kept: some hundreds of events. */
const mostKept = 64 * 1024;

/**
 * What a stream has sent, for when nobody else says how much it was. While events pass they are only held and added up; they are read
 * once, where the stream ended without its usage. What is beyond the kept part is taken to be like it, byte for byte.
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

  /** About what the model has read and written. */
  usage(inputTokens: number): Usage {
    const texts = dataIn(Buffer.concat(this.#kept).toString()).flatMap(writtenIn);
    const kept = estimateTokens([texts.join('')]);
    return {
      inputTokens,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: this.#bytes === 0 ? 0 : Math.ceil((kept * this.#bytes) / this.#keptBytes),
      reasoningTokens: 0,
      estimated: true,
    };
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
