import type { ProviderConfig } from '../../config/config.ts';
import { kindFacts } from '../../config/provider-kinds.ts';
import type { SurfaceName } from '../../protocol/api-request.ts';
import type { UpstreamAnswer } from '../../protocol/upstream-answer.ts';
import type { LeavingSignal } from '../leaving.ts';
import { type Provider, type TokenCountCall, timeLimit, type UpstreamCall } from '../provider.ts';
import { type Deadline, openDeadline } from './deadline.ts';
import { brokenCall } from './failure.ts';
import { openUpstream, type ProviderTools, type Upstream } from './upstream.ts';

/** One way of saying a request to an upstream and reading its answer. */
export type CallUpstream = (upstream: Upstream, call: UpstreamCall, deadline: Deadline) => Promise<UpstreamAnswer>;

/** How a provider's upstream is spoken to. */
export interface Ways {
  /** For what comes in through a surface. */
  wayFor(surface: SurfaceName): CallUpstream;
  /** Absent where the upstream does not count tokens. */
  count?(upstream: Upstream, call: TokenCountCall, deadline: Deadline): Promise<number | undefined>;
}

/** Nobody waits long for a number that can be estimated. */
const countTimeoutMs = 10_000;

/** A provider behind a network. */
export function createRemoteProvider(config: ProviderConfig, tools: ProviderTools, { wayFor, count }: Ways): Provider {
  const upstream = openUpstream(config, tools);

  async function attempt(call: UpstreamCall, signal: LeavingSignal): Promise<UpstreamAnswer> {
    const { request, firstTokenTimeoutMs } = call;
    const deadline = openDeadline(signal, timeLimit(call, config), request.stream ? firstTokenTimeoutMs : null);
    let answer: UpstreamAnswer | undefined;
    try {
      answer = await wayFor(request.surface)(upstream, call, deadline);
    } catch (error) {
      answer = brokenCall(error, deadline);
    } finally {
      // A stream's deadline holds until the stream has ended.
      if (answer?.kind !== 'stream') deadline.close();
    }
    return answer;
  }

  async function countTokens(call: TokenCountCall, signal: LeavingSignal): Promise<number | undefined> {
    const deadline = openDeadline(signal, Math.min(config.timeoutMs, countTimeoutMs), null);
    try {
      return await count?.(upstream, call, deadline);
    } catch {
      // The gateway's own estimate takes the place of a count that does not come.
      return undefined;
    } finally {
      deadline.close();
    }
  }

  return {
    name: config.name,
    outputLimit: kindFacts(config.kind).outputLimit ?? 'max_tokens',
    knowsOneLimit: kindFacts(config.kind).knowsOneLimit === true,
    attempt,
    ...(count && { countTokens }),
    keys: tools.access.keys,
    sign: (keyId, text) => tools.access.keys.sign(keyId, text),
    cutOff: () => upstream.cutOff(),
    close: () => upstream.close(),
  };
}
