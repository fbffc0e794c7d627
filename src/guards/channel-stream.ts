import type { Blocked } from './guard.ts';

/** What may be sent on, after a piece came or a channel ended. After `blocked` nothing more may. */
export interface Released {
  readonly text: string;
  readonly blocked: Blocked | null;
}

/** One channel of a stream: the text of one content part, the reasoning, the arguments of one tool call. */
export interface ChannelStream {
  push(piece: string): Promise<Released>;
  end(): Promise<Released>;
}
