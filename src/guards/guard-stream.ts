import type { ChannelStream, Released } from './channel-stream.ts';
import type { ActiveGuard, Blocked, Place, Report } from './guard.ts';
import { type GuardedRequest, guardText } from './guard-text.ts';
import { createWindowStream } from './window-stream.ts';

/** The guards of one answer's stream. Channels are told apart by names that the caller chooses. */
export interface GuardStream {
  /** Some guard needs the whole answer: nothing comes before `end`, and nothing may be sent before every channel has ended. */
  readonly holds: boolean;
  push(channel: string, piece: string, place: Place): Promise<Released>;
  /** What the channel held back. */
  end(channel: string): Promise<Released>;
  /** The channels that have begun and not ended, in the order in which they began. */
  readonly open: readonly string[];
  readonly blocked: Blocked | null;
  readonly reports: readonly Report[];
}

/** UTF-16 units that one channel may hold back. Longer answers are not let through unseen. */
const mostHeld = 16_000_000;

const tooLong: Blocked = { guard: 'stream', rule: 'too-long' };

type Tell = (reports: readonly Report[]) => void;

/** Holds everything until its end, and then is one whole text. */
function createWholeStream(
  place: Place,
  guards: readonly ActiveGuard[],
  request: GuardedRequest,
  tell: Tell,
): ChannelStream {
  const pieces: string[] = [];
  let units = 0;
  return {
    async push(piece) {
      units += piece.length;
      if (units > mostHeld) return { text: '', blocked: tooLong };
      pieces.push(piece);
      return { text: '', blocked: null };
    },
    async end() {
      const { text, blocked, reports } = await guardText(pieces.join(''), place, guards, request);
      tell(reports);
      return { text, blocked };
    },
  };
}

/** Sends everything on at once and looks at it afterwards; what is too long to be kept is looked at in its first part. */
function createObservedStream(
  place: Place,
  guards: readonly ActiveGuard[],
  request: GuardedRequest,
  tell: Tell,
): ChannelStream {
  const seen = createWholeStream(place, guards, request, tell);
  return {
    async push(piece) {
      if (guards.length > 0) await seen.push(piece);
      return { text: piece, blocked: null };
    },
    async end() {
      if (guards.length > 0) await seen.end();
      return { text: '', blocked: null };
    },
  };
}

/** The observers watch what comes in; the others decide what goes on. */
function watched(inner: ChannelStream, observer: ChannelStream): ChannelStream {
  return {
    async push(piece) {
      await observer.push(piece);
      return inner.push(piece);
    },
    async end() {
      await observer.end();
      return inner.end();
    },
  };
}

/**
 * The guards on output of one stream. Text comes out as it would if it had come as a whole, however it is cut into pieces. The text
 * of JSON values (a tool's arguments) is held until it ends, since half a JSON text cannot be redacted and stay one.
 */
export function createGuardStream(guards: readonly ActiveGuard[], request: GuardedRequest): GuardStream {
  const observers = guards.filter(({ stream }) => stream === 'observe');
  const others = guards.filter(({ stream }) => stream !== 'observe');
  const holds = others.some(
    ({ stream, guard }) => typeof stream !== 'object' || guard.detector.reach.kind === 'whole' || stream === null,
  );
  const channels = new Map<string, ChannelStream>();
  const reports: Report[] = [];
  let blocked: Blocked | null = null;

  const tell: Tell = (more) => void reports.push(...more);

  function begin(place: Place): ChannelStream {
    const deciding =
      others.length === 0
        ? createObservedStream(place, [], request, tell)
        : holds || place.form === 'json'
          ? createWholeStream(place, others, request, tell)
          : createWindowStream(place, others, request, tell);
    return observers.length === 0 ? deciding : watched(deciding, createObservedStream(place, observers, request, tell));
  }

  async function release(step: Promise<Released> | undefined): Promise<Released> {
    if (blocked || !step) return { text: '', blocked };
    const released = await step;
    if (blocked) return { text: '', blocked };
    blocked = released.blocked;
    return released;
  }

  return {
    holds,
    push(channel, piece, place) {
      if (blocked) return Promise.resolve({ text: '', blocked });
      const stream = channels.get(channel) ?? begin(place);
      channels.set(channel, stream);
      return release(stream.push(piece));
    },
    end(channel) {
      const stream = channels.get(channel);
      channels.delete(channel);
      return release(blocked ? undefined : stream?.end());
    },
    get open() {
      return [...channels.keys()];
    },
    get blocked() {
      return blocked;
    },
    get reports() {
      return reports;
    },
  };
}
