import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { audioTokens, fileTokens, imageTokens } from './media-tokens.ts';
import type { Need } from './needs.ts';

/** What a body says of itself, apart from the values that have a type to be read by. */
export interface BodyFacts {
  readonly messages: number;
  /** Its answer is to be JSON. */
  readonly jsonOutput: boolean;
  /** The abilities without which no model can serve it, sorted. */
  readonly needs: readonly Need[];
  /** What the caller wrote as text, in its order. */
  readonly texts: readonly string[];
  /** Everything else that models read as text: tools and their calls. */
  readonly overhead: readonly string[];
  /** About how many tokens its images, sounds and files have. */
  readonly mediaTokens: number;
}

/** Gathers what a body says of itself while it is walked through. */
export class BodyNotes {
  readonly #needs: Need[] = [];
  readonly #texts: string[] = [];
  readonly #overhead: string[] = [];
  #mediaTokens = 0;

  need(need: Need, isNeeded = true): void {
    if (isNeeded && !this.#needs.includes(need)) this.#needs.push(need);
  }

  text(text: unknown): void {
    if (typeof text === 'string' && text !== '') this.#texts.push(text);
  }

  overhead(value: JsonValue | undefined): void {
    if (value !== undefined && value !== null) this.#overhead.push(JSON.stringify(value));
  }

  image(detail?: unknown): void {
    this.#mediaTokens += imageTokens(detail);
  }

  audio(data: unknown, format: unknown): void {
    this.#mediaTokens += audioTokens(data, format);
  }

  file(data: unknown): void {
    this.#mediaTokens += fileTokens(data);
  }

  /** A list of tools, of which only functions can be carried from one API to another. */
  tools(tools: JsonValue | undefined, isFunction: (tool: JsonObject) => boolean): void {
    if (!Array.isArray(tools) || tools.length === 0) return;
    this.need('tools');
    this.need('native', !tools.every((tool) => isJsonObject(tool) && isFunction(tool)));
    this.overhead(tools);
  }

  facts(messages: number, jsonOutput: boolean): BodyFacts {
    return {
      messages,
      jsonOutput,
      needs: this.#needs.sort(),
      texts: this.#texts,
      overhead: this.#overhead,
      mediaTokens: this.#mediaTokens,
    };
  }
}

/** An address that is fetched by whoever reads it; `data:` addresses hold what they name. */
export function isRemote(url: unknown): boolean {
  return typeof url === 'string' && !url.startsWith('data:');
}
