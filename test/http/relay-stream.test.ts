import { Writable } from 'node:stream';
import type { Response } from 'express';
import { describe, expect, it } from 'vitest';
import { SentText } from '../../src/gateway/sent-text.ts';
import { relayStream } from '../../src/http/relay-stream.ts';
import { openAiErrors } from '../../src/protocol/chat/errors.ts';
import type { StreamAnswer } from '../../src/protocol/upstream-answer.ts';

/** Counts what is asked of the upstream, and whether it was told to stop. */
function countedStream(length: number) {
  const seen = { given: 0, ended: false };
  async function* chunks() {
    try {
      for (; seen.given < length; ) {
        seen.given++;
        yield Buffer.from('data: {}\n\n');
      }
    } finally {
      seen.ended = true;
    }
  }
  const answer: StreamAnswer = { kind: 'stream', headers: {}, chunks: chunks(), usage: () => undefined };
  return { answer, seen };
}

/** A caller that takes nothing until it is told to. */
function slowReader() {
  const held: (() => void)[] = [];
  let open = false;
  const sink = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => (open ? done() : void held.push(done)),
  });
  const read = () => {
    open = true;
    for (const done of held) done();
  };
  // As Express has them, for a server that hangs up on callers which stall.
  const response = Object.assign(sink, {
    app: { get: () => 0 },
    setTimeout(_: number, hear?: () => void) {
      if (hear) sink.on('timeout', hear);
    },
  });
  return { response: response as unknown as Response, read };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('relaying a stream', () => {
  it('takes no more from the upstream than the caller reads', async () => {
    const { answer, seen } = countedStream(50);
    const { response, read } = slowReader();
    const relaying = relayStream(answer, openAiErrors, response, new AbortController().signal, new SentText());
    await turn();
    expect(seen.given).toBe(1);
    read();
    expect(await relaying).toBeUndefined();
    expect(seen.given).toBe(50);
    // However often it had to wait, it is watched once.
    expect(response.listenerCount('timeout')).toBe(1);
  });

  it('stops the upstream when the caller goes away while it is waited for', async () => {
    const { answer, seen } = countedStream(50);
    const caller = new AbortController();
    const relaying = relayStream(answer, openAiErrors, slowReader().response, caller.signal, new SentText());
    await turn();
    caller.abort();
    await relaying;
    expect(seen).toEqual({ given: 1, ended: true });
  });
});
