import { longestTimer } from './deadline.ts';
import { FailedCall, wordsOnly } from './failure.ts';

/** What brings the packets of an answer, as far as its reader commands it. */
export interface PacketSource {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** So much is held for a reader that takes its time; then the upstream is made to wait. */
const mostHeld = 64 * 1024;

interface Reader {
  readonly since: number;
  /** There is more to read, or there will be no more. */
  goOn(): void;
}

/** Timers may fire a little early. */
const timerSlackMs = 2;

/**
 * The bytes of an answer as they come: what comes in one turn is read together. One reader reads them once, to the end, or lets them go.
 * Node's streams do the same for more kinds of readers, and take a fifth of what a whole request costs.
 */
export class ReplyBody {
  readonly #source: PacketSource;
  readonly #idleMs: number;
  #packets: Buffer[] = [];
  #held = 0;
  #mostHeld = mostHeld;
  #hasBegun = false;
  #idle: NodeJS.Timeout | undefined;
  #isPaused = false;
  #reader: Reader | undefined;
  /** No packet comes any more; where that is for an error, after which. */
  #ended: { readonly error?: unknown } | undefined;

  /** `idleMs`: how long a reader waits between two packets; for the first it waits as long as the call may take. */
  constructor(source: PacketSource, idleMs: number) {
    this.#source = source;
    this.#idleMs = Math.min(idleMs, longestTimer);
  }

  /** Nothing comes any more: what has come may still be read. */
  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** All that has come, or the next that comes; undefined at the end. Rejects where the connection broke before that. */
  async read(): Promise<Buffer | undefined> {
    if (this.#held === 0 && this.#ended === undefined) await this.#more();
    if (this.#held > 0) return this.#take();
    this.#throwIfBroken();
    return undefined;
  }

  /**
   * All to the end, which is not waited for where it has come; where that is more than so many bytes, the beginning, and the rest is let
   * go. Throws or rejects where the connection broke.
   */
  readUpTo(bytes: number): Buffer | Promise<Buffer> {
    this.#mostHeld = Number.POSITIVE_INFINITY;
    return this.#ended === undefined ? this.#takeWhenComplete(bytes) : this.#takeUpTo(bytes);
  }

  async #takeWhenComplete(bytes: number): Promise<Buffer> {
    while (this.#held <= bytes && this.#ended === undefined) await this.#more();
    return this.#takeUpTo(bytes);
  }

  #takeUpTo(bytes: number): Buffer {
    if (this.#held <= bytes) this.#throwIfBroken();
    const read = this.#take();
    this.leave();
    return read;
  }

  /** Lets go of what is still to come, and of the connection with it. */
  leave(): void {
    if (this.#ended === undefined) {
      this.end();
      this.#source.abort(new Error('nobody reads the rest of the answer'));
    }
    this.#packets = [];
    this.#held = 0;
  }

  /** A packet has come. */
  add(packet: Buffer): void {
    if (this.#ended !== undefined) return;
    this.#hasBegun = true;
    this.#packets.push(packet);
    this.#held += packet.length;
    this.#wake();
    if (this.#isPaused || this.#held < this.#mostHeld) return;
    this.#isPaused = true;
    this.#source.pause();
  }

  end(): void {
    this.#end({});
  }

  /** The connection broke: what had come before can still be read. */
  fail(error: unknown): void {
    this.#end({ error });
  }

  #end(ended: { readonly error?: unknown }): void {
    if (this.#ended !== undefined) return;
    this.#ended = ended;
    clearTimeout(this.#idle);
    this.#wake();
  }

  /** Resolves at the next packet, or at the end: by then all of the same turn has come. */
  #more(): Promise<void> {
    if (this.#isPaused) this.#resume();
    if (this.#hasBegun) this.#idle ??= setTimeout(ReplyBody.#lookWhetherIdle, this.#idleMs, this);
    return new Promise((goOn) => {
      this.#reader = { since: performance.now(), goOn };
    });
  }

  #wake(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.goOn();
  }

  #take(): Buffer {
    const [first] = this.#packets;
    const bytes = first !== undefined && this.#packets.length === 1 ? first : Buffer.concat(this.#packets);
    this.#packets = [];
    this.#held = 0;
    if (this.#isPaused) this.#resume();
    return bytes;
  }

  #throwIfBroken(): void {
    if (this.#ended !== undefined && 'error' in this.#ended) throw this.#ended.error;
  }

  /** One timer looks again and again, so that a packet costs none. A reader that takes its time is not waited for here. */
  static #lookWhetherIdle(body: ReplyBody): void {
    const waited = body.#reader === undefined ? 0 : performance.now() - body.#reader.since;
    if (waited < body.#idleMs - timerSlackMs) {
      body.#idle = setTimeout(ReplyBody.#lookWhetherIdle, body.#idleMs - waited, body);
      return;
    }
    const error = new FailedCall(wordsOnly('timeout', 'the upstream fell silent in the midst of its answer'));
    body.fail(error);
    body.#source.abort(error);
  }

  #resume(): void {
    this.#isPaused = false;
    this.#source.resume();
  }
}
