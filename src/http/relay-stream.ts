import { once } from 'node:events';
import type { Response } from 'express';
import type { SentText } from '../gateway/sent-text.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { ErrorShape } from '../protocol/surface.ts';
import type { StreamAnswer } from '../protocol/upstream-answer.ts';
import { abortSignalOf, type LeavingSignal } from '../providers/leaving.ts';
import { expectNothing, expectReading } from './stalled-caller.ts';

/**
 * Passes an upstream's events on, no faster than the caller reads them. Where the upstream breaks off, an error event says
 * so, unless the upstream has said it itself; so it does where a guard breaks it off. Returns what broke the stream.
 */
export async function relayStream(
  answer: StreamAnswer,
  errors: ErrorShape,
  response: Response,
  signal: LeavingSignal,
  sent: SentText,
): Promise<GatewayError | undefined> {
  try {
    for await (const chunk of answer.chunks) {
      sent.add(chunk);
      if (!response.write(chunk)) await room(response, signal);
      if (signal.aborted) return undefined;
    }
    return undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof GatewayError)) throw error;
    if (error.kind !== 'stream_failed') response.write(errors.event(error));
    return error;
  }
}

async function room(response: Response, signal: LeavingSignal): Promise<void> {
  expectReading(response);
  await once(response, 'drain', { signal: abortSignalOf(signal) });
  expectNothing(response);
}
