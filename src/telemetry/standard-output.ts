import { type DestinationStream, destination } from 'pino';

/** So much is gathered before it is written: a write for each line would cost more than the decision. */
const gatheredBytes = 16_000;
const roomBytes = 2 * gatheredBytes;
/** What a unit of a text takes in UTF-8 at most. */
const bytesOfUnit = 3;
/** What comes in slowly is written after twice this time at the latest. */
const passOnEveryMs = 250;
/** Held at most while nobody reads standard output; lines beyond it are lost, and memory is not. */
const heldBytes = 16 * 1024 * 1024;

/**
 * Standard output, for lines that come by the thousand. They are put together here and handed on as bytes: pino's destination looks
 * anew at all that it holds with each text that it is given.
 */
export function standardOutput(): DestinationStream {
  const output = destination({
    dest: 1,
    sync: false,
    minLength: gatheredBytes,
    maxLength: heldBytes,
    periodicFlush: passOnEveryMs,
    contentMode: 'buffer',
  });
  const gathered = Buffer.allocUnsafe(roomBytes);
  let used = 0;
  let timer: NodeJS.Timeout | undefined;
  // Its types know only of texts, whatever its mode.
  const write = (bytes: Buffer) => output.write(bytes as unknown as string);
  const passOn = () => {
    clearTimeout(timer);
    timer = undefined;
    if (used === 0) return;
    // A copy of its own length: a few lines that wait for a reader must not hold all the room.
    write(Buffer.from(gathered.subarray(0, used)));
    used = 0;
  };
  // Before pino ends its destination, which it does at the same events.
  process.prependListener('beforeExit', passOn).prependListener('exit', passOn);
  return {
    write(line) {
      const most = line.length * bytesOfUnit;
      if (used + most > roomBytes) passOn();
      if (most > roomBytes) return void write(Buffer.from(line));
      // As bytes at once: the many pieces that a line is made of would outlive the request, and be carried about.
      used += gathered.write(line, used);
      if (used >= gatheredBytes) passOn();
      else timer ??= setTimeout(passOn, passOnEveryMs).unref();
    },
  };
}
