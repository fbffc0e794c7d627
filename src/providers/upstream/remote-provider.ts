import type { ProviderConfig } from '../../config/config.ts';
import type { SurfaceName } from '../../protocol/api-request.ts';
import type { UpstreamAnswer } from '../../protocol/upstream-answer.ts';
import type { Provider, UpstreamCall } from '../provider.ts';
import { type Deadline, openDeadline } from './deadline.ts';
import { brokenCall } from './failure.ts';
import { openUpstream, type ProviderTools, type Upstream } from './upstream.ts';

/** One way of saying a request to an upstream and reading its answer. */
export type CallUpstream = (upstream: Upstream, call: UpstreamCall, deadline: Deadline) => Promise<UpstreamAnswer>;

/** A provider behind a network: `wayFor` says how what comes in through a surface is said to it. */
export function createRemoteProvider(
  config: ProviderConfig,
  tools: ProviderTools,
  wayFor: (surface: SurfaceName) => CallUpstream,
): Provider {
  const upstream = openUpstream(config, tools);

  async function attempt(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamAnswer> {
    const { request, timeoutMs, firstTokenTimeoutMs } = call;
    const deadline = openDeadline(signal, timeoutMs ?? config.timeoutMs, request.stream ? firstTokenTimeoutMs : null);
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

  return {
    name: config.name,
    attempt,
    sign: (keyId, text) => tools.access.keys.sign(keyId, text),
    close: () => upstream.close(),
  };
}
