import { setTimeout as sleep } from 'node:timers/promises';
import type { ProviderConfig } from '../../config/config.ts';
import type { UpstreamAnswer } from '../../protocol/upstream-answer.ts';
import type { Provider, UpstreamCall } from '../provider.ts';
import { openDeadline } from '../upstream/deadline.ts';
import { cut, ended, failures } from './failure.ts';
import { replyTo } from './request.ts';
import { streamAnswer } from './stream.ts';
import { wholeAnswer } from './whole.ts';

/** How long these upstreams take to answer. */
const delays: ReadonlyMap<string, number> = new Map([
  ['slow', 2_000],
  ['timeout', 2 ** 31 - 1],
]);

/** Answers without a network: it echoes, and misbehaves as the upstream name tells it. */
export function createSandboxProvider(config: ProviderConfig): Provider {
  async function attempt(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamAnswer> {
    const failure = failures.get(call.upstream);
    if (failure !== undefined) return failure;
    const deadline = openDeadline(
      signal,
      call.timeoutMs ?? config.timeoutMs,
      call.stream ? call.firstTokenTimeoutMs : null,
    );
    const delay = delays.get(call.upstream);
    if (delay !== undefined) await sleep(delay, undefined, { signal: deadline.signal }).catch(() => undefined);
    const isCut = call.upstream === 'cut-stream';
    if (call.stream && !deadline.signal.aborted) {
      deadline.firstTokenArrived();
      return streamAnswer(replyTo(call), deadline, isCut);
    }
    deadline.close();
    if (deadline.signal.aborted) return ended(deadline.expired());
    return isCut ? cut : wholeAnswer(replyTo(call));
  }
  return { name: config.name, attempt, close: () => Promise.resolve() };
}
