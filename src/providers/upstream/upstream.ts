import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { ProviderConfig } from '../../config/config.ts';
import { kindFacts } from '../../config/provider-kinds.ts';
import { parseJsonObject } from '../../protocol/json.ts';
import type { UpstreamFailure } from '../../protocol/upstream-answer.ts';
import { endOfTurn } from '../end-of-turn.ts';
import type { Access } from './access.ts';
import { createAuthorization } from './authorization.ts';
import { readStart } from './body.ts';
import type { CallEnd, Deadline } from './deadline.ts';
import { badResponse, brokenCall, FailedCall, statusFailure, wordsOnly } from './failure.ts';
import { type StartedReply, startCall } from './start-call.ts';
import { createFetch, type FetchedCall } from './upstream-fetch.ts';
import type { UpstreamReply, UpstreamSend } from './upstream-reply.ts';

/** What a provider is given beside its entry in the config. */
export interface ProviderTools {
  readonly access: Access;
}

/** The one way to an upstream: the config's address, keys, headers and proxy, and never another address. */
export interface Upstream {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** What must not be shown, whoever repeats it. */
  readonly secrets: readonly string[];
  /** Calls once. Never throws: whatever the upstream does, and the deadline's end, is a failure. */
  send(call: UpstreamSend, deadline: Deadline): Promise<UpstreamReply | UpstreamFailure>;
  /** `fetch` for one call, as the AI SDK's packages take it. */
  fetch(call: FetchedCall): typeof fetch;
  /** Ends calls in flight. */
  cutOff(): void;
  /** Lets calls in flight end. */
  close(): Promise<void>;
}

export function openUpstream(config: ProviderConfig, { access }: ProviderTools): Upstream {
  const { baseUrl, query } = config;
  if (baseUrl === null) throw new Error(`a provider of kind ${config.kind} has no upstream`);
  const { origin, pathname } = new URL(baseUrl);
  const prefix = pathname.replace(/\/$/, '');
  const dispatcher = openConnections(origin, config.proxy);
  const authorize = createAuthorization(config, access);
  let isCut = false;
  const usual = { 'user-agent': 'llmpolicy', ...kindFacts(config.kind).headers };

  async function exchange(call: UpstreamSend, end: CallEnd): Promise<UpstreamReply | UpstreamFailure> {
    const authorizing = authorize(call, origin, end);
    const authorized = authorizing instanceof Promise ? await authorizing : authorizing;
    if ('failure' in authorized) return authorized;
    const { key, headers: own } = authorized;
    const sent = {
      origin,
      method: call.method,
      path: call.path,
      headers: { ...usual, ...call.headers, ...own },
      body: call.body,
    };
    const startedAt = performance.now();
    let started: StartedReply;
    try {
      started = await startCall(dispatcher, sent, end, config.idleTimeoutMs);
    } catch (error) {
      // Whether the caller left or the time was up is not known here, and neither is the key's fault.
      access.keys.ended(key, end.aborted ? notAnswered : connectionFailed, startedAt);
      throw error;
    }
    // Mostly the whole answer has come by then.
    await endOfTurn();
    const { status, headers, body } = started;
    if (status >= 200 && status < 300) {
      access.keys.ended(key, null, startedAt);
      const encoding = headers['content-encoding'];
      if (encoding !== undefined && encoding !== 'identity') {
        body.leave();
        return badResponse(`an answer in the encoding ${encoding}`);
      }
      return { kind: 'reply', status, headers, body, keyId: key?.id ?? null };
    }
    const text = await readStart(body);
    const failure = statusFailure({ status, headers, text }, access.secrets);
    access.keys.ended(key, failure, startedAt);
    return key === null || isOfAnother(failure, text) ? failure : access.keys.hear(key, call.model, failure);
  }

  return {
    baseUrl,
    get secrets() {
      return access.secrets;
    },
    send: (call, deadline) =>
      exchange({ ...call, path: `${prefix}${call.path}${query}` }, deadline).catch((error: unknown) =>
        brokenCall(error, deadline),
      ),
    fetch: (call) =>
      createFetch({ origin, exchange, secrets: () => access.secrets, timeoutMs: config.timeoutMs }, call),
    cutOff() {
      isCut = true;
      void dispatcher.destroy(new FailedCall(wordsOnly('network', 'the gateway is stopping')));
    },
    close: async () => {
      if (!isCut) await dispatcher.close();
    },
  };
}

const connectionFailed = wordsOnly('network', 'the connection failed');
const notAnswered = wordsOnly('bad_response', 'the call was given up');

/**
 * A web page that forbids comes from something between here and the upstream, which may have taken offence at the content: that must not cost
 * everybody the key.
 */
function isOfAnother({ status }: UpstreamFailure, text: string): boolean {
  return status === 403 && parseJsonObject(text) === undefined;
}

/** Redirects are not followed: only what the config names is called. Time is kept by the deadline of each call. */
function openConnections(origin: string, proxy: string | null): Dispatcher {
  const options = { allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
  return proxy === null ? new Pool(origin, options) : new ProxyAgent({ ...options, uri: proxy });
}
