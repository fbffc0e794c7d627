import type { JsonObject } from '../protocol/json.ts';
import { replaceTexts } from '../protocol/texts/slot.ts';
import type { EventText, StreamTexts } from '../protocol/texts/stream-texts.ts';
import type { Blocked, Place } from './guard.ts';
import type { GuardStream } from './guard-stream.ts';
import type { Placeholders } from './placeholders.ts';
import { createRestoreStream, type RestoreStream } from './restore-stream.ts';

/** A guard does not let the answer pass. */
export class BlockedStream extends Error {
  readonly blocked: Blocked;

  constructor(blocked: Blocked) {
    super('a guard blocks the answer');
    this.name = 'BlockedStream';
    this.blocked = blocked;
  }
}

interface Channel {
  readonly name: string;
  readonly form: Place['form'];
  readonly restore: RestoreStream;
  /** The last event that had a piece of it. */
  last: { readonly event: JsonObject; readonly at: EventText } | undefined;
  /** All that went on, where events repeat it. */
  released: string;
  hasEnded: boolean;
}

/** JSON text is put back when it is whole: half of it cannot be. */
function restoreJson(placeholders: Placeholders): RestoreStream {
  const pieces: string[] = [];
  return {
    push(piece) {
      pieces.push(piece);
      return '';
    },
    end: () => placeholders.restore(pieces.splice(0).join(''), 'json'),
  };
}

const untouched: RestoreStream = { push: (piece) => piece, end: () => '' };

/** Takes the events of a stream and gives those that may go on: the same grammar, with the texts that the guards let through. */
export class EventGuard {
  readonly #texts: StreamTexts;
  readonly #stream: GuardStream;
  readonly #placeholders: Placeholders;
  readonly #channels = new Map<string, Channel>();
  #written = 0;
  #alones = 0;

  constructor(texts: StreamTexts, stream: GuardStream, placeholders: Placeholders) {
    this.#texts = texts;
    this.#stream = stream;
    this.#placeholders = placeholders;
  }

  /** Server-sent events, or nothing yet. Rejects with `BlockedStream`. */
  async take(event: JsonObject): Promise<string> {
    const texts = this.#texts.textsOf(event);
    const released: string[] = [];
    let before = '';
    for (const text of texts) {
      if (text.part === 'piece') released.push(await this.#piece(event, text));
      else if (text.part === 'alone') released.push(await this.#alone(text));
      else before += await this.#repeat(text, released);
    }
    for (const channel of this.#channels.values()) {
      if (!channel.hasEnded && this.#texts.ends(event, channel.name))
        before += this.#carried(channel, await this.#end(channel));
    }
    const edited = replaceTexts(event, texts, released);
    const isSpent = texts.length > 0 && released.every((text) => text === '') && this.#texts.isSpent(edited);
    return isSpent ? before : before + this.#write(edited);
  }

  /** What channels still held when nothing more comes. */
  async finish(): Promise<string> {
    let rest = '';
    for (const channel of this.#channels.values()) {
      if (!channel.hasEnded) rest += this.#carried(channel, await this.#end(channel));
    }
    return rest;
  }

  #write(event: JsonObject): string {
    return this.#texts.write(event, this.#written++);
  }

  #carried({ last }: Channel, text: string): string {
    return text === '' || last === undefined ? '' : this.#write(this.#texts.carry(last.event, last.at, text));
  }

  async #piece(event: JsonObject, text: EventText): Promise<string> {
    const channel = this.#channels.get(text.channel) ?? this.#open(text);
    // What comes behind the end of its channel would be seen by nobody who looked at the whole.
    if (channel.hasEnded) return '';
    channel.last = { event, at: text };
    const piece = await this.#push(channel, text);
    return this.#texts.ends(event, text.channel) ? piece + (await this.#end(channel)) : piece;
  }

  async #alone(text: EventText): Promise<string> {
    const channel = this.#open({ ...text, channel: `alone ${this.#alones++}` });
    const piece = await this.#push(channel, text);
    const whole = piece + (await this.#end(channel));
    this.#channels.delete(channel.name);
    return whole;
  }

  /** Puts what a channel has as a whole into `released`, and returns what of it has to be written first. */
  async #repeat(text: EventText, released: string[]): Promise<string> {
    const known = this.#channels.get(text.channel);
    const channel = known ?? this.#open(text);
    if (known === undefined) await this.#push(channel, text);
    const rest = channel.hasEnded ? '' : await this.#end(channel);
    released.push(channel.released);
    return known === undefined ? '' : this.#carried(channel, rest);
  }

  #open({ channel: name, form: written }: EventText): Channel {
    const form = written === 'text' ? 'text' : 'json';
    const restore = this.#restoring(form);
    const channel: Channel = { name, form, restore, last: undefined, released: '', hasEnded: false };
    this.#channels.set(name, channel);
    return channel;
  }

  #restoring(form: Place['form']): RestoreStream {
    if (!this.#placeholders.canRestore) return untouched;
    return form === 'json' ? restoreJson(this.#placeholders) : createRestoreStream(this.#placeholders);
  }

  async #push(channel: Channel, { role, text, part }: EventText): Promise<string> {
    const place: Place = { point: 'output', role, form: channel.form };
    const { text: seen, blocked } = await this.#stream.push(channel.name, text, place);
    if (blocked) throw new BlockedStream(blocked);
    return this.#release(channel, channel.restore.push(seen), part === 'whole');
  }

  async #end(channel: Channel): Promise<string> {
    const { text: seen, blocked } = await this.#stream.end(channel.name);
    if (blocked) throw new BlockedStream(blocked);
    channel.hasEnded = true;
    return this.#release(channel, channel.restore.push(seen) + channel.restore.end(), channel.last === undefined);
  }

  #release(channel: Channel, text: string, isWhole: boolean): string {
    if (isWhole || this.#texts.repeats) channel.released += text;
    return text;
  }
}
