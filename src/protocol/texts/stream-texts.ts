import type { JsonObject } from '../json.ts';
import type { TextSlot } from './slot.ts';

/** A text in an event of a stream. */
export interface EventText extends TextSlot {
  /** What is written piece by piece: one content part, the reasoning, the arguments of one call. */
  readonly channel: string;
  /** `whole`: all that the channel has, and where pieces of it came before, it repeats them. `alone`: nothing goes before it or follows it. */
  readonly part: 'piece' | 'whole' | 'alone';
}

/** Where texts stand in the events of an API's streams. */
export interface StreamTexts {
  /** What came in pieces is repeated as a whole. */
  readonly repeats: boolean;
  textsOf(event: JsonObject): readonly EventText[];
  /** Nothing more comes on the channel after this event. */
  ends(event: JsonObject, channel: string): boolean;
  /** A further piece on the channel, made after an event that had one: it says this text and nothing else. */
  carry(event: JsonObject, at: EventText, text: string): JsonObject;
  /** The event, which held pieces of text, says nothing without them. */
  isSpent(event: JsonObject): boolean;
  /** The event in its own form: server-sent. `place`: how many were written before it. */
  write(event: JsonObject, place: number): string;
}

/** A body's texts, and those of whatever answers it. */
export interface SurfaceTexts {
  request(body: JsonObject): readonly TextSlot[];
  answer(body: JsonObject): readonly TextSlot[];
  /** Undefined where there are no streams. */
  readonly stream: StreamTexts | undefined;
}
