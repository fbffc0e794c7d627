import type { Origin, ReasoningPart, TextPart, ToolCallPart } from './generation-request.ts';
import type { Usage } from './usage.ts';

/** An answer in words, whichever API it came from. */
export interface Generation {
  readonly id: string;
  /** The upstream's own name of the model. */
  readonly model: string;
  /** Unix seconds. */
  readonly created: number;
  readonly content: readonly (TextPart | ReasoningPart | ToolCallPart)[];
  readonly finish: Finish;
  readonly usage: Usage | undefined;
}

/** Why an answer ended: it was complete, as long as allowed, a call of tools, or the model or its provider held back. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

export interface Finish {
  readonly reason: FinishReason;
  /** The stop sequence that ended it, where the upstream names it. */
  readonly stopSequence?: string;
}

/**
 * A step of an answer that is being given. Text and reasoning begin with their first event and end where something else begins; a call
 * of a tool is told apart from another by its id. `finish` is the last.
 */
export type GenerationEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string; readonly origin?: Origin }
  | { readonly kind: 'tool-start'; readonly id: string; readonly name: string }
  | { readonly kind: 'tool-input'; readonly id: string; readonly text: string }
  | { readonly kind: 'tool-end'; readonly id: string; readonly origin?: Origin }
  | { readonly kind: 'finish'; readonly finish: Finish; readonly usage: Usage | undefined };

/** Under which a stream's answer goes out. */
export type GenerationHead = Pick<Generation, 'id' | 'model' | 'created'>;
