import type { Readable, Writable } from 'node:stream';

/** Passes on what a process writes, line by line: of several that share an output none cuts another's line in two. */
export function relayLines(from: Readable | null, to: Writable): void {
  let begun: readonly Buffer[] = [];
  from?.on('data', (chunk: Buffer) => {
    const end = chunk.lastIndexOf('\n') + 1;
    if (end === 0) {
      begun = [...begun, chunk];
      return;
    }
    to.write(Buffer.concat([...begun, chunk.subarray(0, end)]));
    begun = end < chunk.length ? [chunk.subarray(end)] : [];
  });
  from?.once('end', () => {
    if (begun.length > 0) to.write(Buffer.concat(begun));
  });
}
