import { setTimeout as sleep } from 'node:timers/promises';
import type { ProviderConfig } from '../../config/config.ts';
import { GatewayError } from '../../protocol/gateway-error.ts';
import { surfaces } from '../../protocol/surfaces.ts';
import type { UpstreamAnswer } from '../../protocol/upstream-answer.ts';
import type { LeavingSignal } from '../leaving.ts';
import { type Provider, timeLimit, type UpstreamCall } from '../provider.ts';
import { type Deadline, openDeadline } from '../upstream/deadline.ts';
import { wholeAnswer } from '../upstream/whole-answer.ts';
import { embed } from './embed.ts';
import { cut, ended, failures, refused } from './failure.ts';
import { replyTo } from './request.ts';
import { streamAnswer } from './stream.ts';

/** How long these upstreams take to answer. */
const delays: ReadonlyMap<string, number> = new Map([
  ['slow', 2_000],
  ['timeout', 2 ** 31 - 1],
]);

/** Answers without a network, in whichever API it is asked: it echoes, and misbehaves as the upstream name tells it. */
export function createSandboxProvider(config: ProviderConfig): Provider {
  async function attempt(call: UpstreamCall, signal: LeavingSignal): Promise<UpstreamAnswer> {
    const failure = failures.get(call.upstream);
    if (failure !== undefined) return failure;
    const isStream = call.request.stream;
    const deadline = openDeadline(signal, timeLimit(call, config), isStream ? call.firstTokenTimeoutMs : null);
    const delay = delays.get(call.upstream);
    if (delay !== undefined) await sleep(delay, undefined, { signal: deadline.signal }).catch(() => undefined);
    if (!deadline.aborted) return answer(call, deadline);
    deadline.close();
    return ended(deadline.expired());
  }
  return {
    name: config.name,
    attempt,
    // It keeps nothing that anybody could go on from.
    sign: () => undefined,
    close: () => Promise.resolve(),
  };
}

/** A stream's deadline holds until the stream has ended. */
function answer({ upstream, request }: UpstreamCall, deadline: Deadline): UpstreamAnswer {
  const { translation } = surfaces[request.surface];
  const isCut = upstream === 'cut-stream';
  try {
    if (translation.kind === 'embedding') {
      const embeddings = embed(upstream, translation.parse(request.body));
      deadline.close();
      return wholeAnswer(translation.render(embeddings, request), embeddings.usage);
    }
    const reply = replyTo(upstream, request, translation.idPrefix, translation.parse(request.body));
    if (!request.stream) {
      deadline.close();
      return isCut ? cut : wholeAnswer(translation.render(reply, request), reply.usage);
    }
    deadline.firstTokenArrived();
    return streamAnswer(reply, translation.openStream(reply, request), deadline, isCut);
  } catch (error) {
    deadline.close();
    if (error instanceof GatewayError) return refused(error);
    throw error;
  }
}
