import type { JsonObject } from './json.ts';

/** A request for an answer in words, whichever API it came in through: what two APIs can both say. */
export interface GenerationRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  /** `false`: at most one call at a time. */
  readonly parallelTools?: boolean;
  readonly output: OutputFormat;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly seed?: number;
  readonly stop: readonly string[];
  readonly reasoning?: Reasoning;
}

export interface Reasoning {
  readonly effort?: ReasoningEffort;
  /** At most so many tokens of reasoning. */
  readonly budget?: number;
}

export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type ReasoningEffort = (typeof reasoningEfforts)[number];

export type Message =
  | { readonly role: 'system'; readonly content: readonly TextPart[] }
  | { readonly role: 'user'; readonly content: readonly (TextPart | FilePart)[] }
  | { readonly role: 'assistant'; readonly content: readonly (TextPart | ReasoningPart | ToolCallPart)[] }
  | { readonly role: 'tool'; readonly content: readonly ToolResultPart[] };

/** A provider may keep what stands up to here for the next request that begins the same. */
export interface CacheMarker {
  /** How long: `5m` or `1h`; the provider's own time where it is not said. */
  readonly ttl?: string;
}

export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
  readonly cache?: CacheMarker;
}

/** An image, a document, a sound. */
export interface FilePart {
  readonly kind: 'file';
  /** A media type, or its first half where the rest is not said: `image/png`, `image`. */
  readonly mediaType: string;
  readonly source:
    | { readonly kind: 'base64'; readonly data: string }
    | { readonly kind: 'url'; readonly url: string }
    | { readonly kind: 'text'; readonly text: string };
  readonly filename?: string;
  /** How closely an image is to be looked at: `low`, `high`, `auto`. */
  readonly detail?: string;
  readonly cache?: CacheMarker;
}

/** What a model thought before it answered. */
export interface ReasoningPart {
  readonly kind: 'reasoning';
  readonly text: string;
  readonly origin?: Origin;
}

export interface ToolCallPart {
  readonly kind: 'tool-call';
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly input: string;
  readonly origin?: Origin;
  readonly cache?: CacheMarker;
}

export interface ToolResultPart {
  readonly kind: 'tool-result';
  /** Of the call that it answers. */
  readonly id: string;
  readonly content: readonly (TextPart | FilePart)[];
  readonly isError: boolean;
  readonly cache?: CacheMarker;
}

/** What the provider that made a part wants back unchanged, by the provider's own name of it: signatures of reasoning, mostly. */
export type Origin = JsonObject;

export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of its input. */
  readonly schema: JsonObject;
  readonly strict?: boolean;
  readonly cache?: CacheMarker;
}

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'tool'; readonly name: string };

export type OutputFormat =
  | { readonly kind: 'text' }
  | {
      readonly kind: 'json';
      readonly schema?: JsonObject;
      readonly name?: string;
      readonly description?: string;
      readonly strict?: boolean;
    };
