import type { ProviderConfig } from '../../config/config.ts';
import { kindFacts } from '../../config/provider-kinds.ts';
import type { UpstreamFailure } from '../../protocol/upstream-answer.ts';
import type { Access } from './access.ts';
import type { SignCall } from './cloud-identity.ts';
import type { CallEnd } from './deadline.ts';
import { wordsOnly } from './failure.ts';
import type { UpstreamKey } from './key-pool.ts';
import type { UpstreamSend } from './upstream-reply.ts';

interface Authorized {
  readonly key: UpstreamKey | null;
  /** The headers that go over those of the call. */
  readonly headers: Readonly<Record<string, string>>;
}

type Authorize = (
  call: UpstreamSend,
  origin: string,
  end: CallEnd,
) => Authorized | UpstreamFailure | Promise<Authorized>;

/** Puts into each call what the config says: its headers, and a key or the cloud's identity. */
export function createAuthorization(config: ProviderConfig, access: Access): Authorize {
  const { sign } = access;
  return sign === null ? withKey(config, access) : withSignature(access, sign);
}

function withKey(config: ProviderConfig, access: Access): Authorize {
  const { keyHeader, needsKey, baseUrl } = kindFacts(config.kind);
  const isVendors = needsKey && config.baseUrl === baseUrl;
  return (call) => {
    const key = access.keys.take(call.model, call.keyId);
    if (key !== null && 'failure' in key) return key;
    if (key !== null) return { key, headers: { ...access.headers, ...keyed(key, keyHeader) } };
    if (isVendors && !Object.hasOwn(access.headers, keyHeader)) {
      return wordsOnly('auth', 'no key is set for this provider');
    }
    return { key, headers: access.headers };
  };
}

function keyed({ secret }: UpstreamKey, header: string): Readonly<Record<string, string>> {
  return { [header]: header === 'authorization' ? `Bearer ${secret}` : secret };
}

/** The cloud may take its time to say who the machine is: the call ends when its caller leaves all the same. */
function withSignature(access: Access, sign: SignCall): Authorize {
  return async ({ method, path, headers, body }, origin, end) => {
    const unsigned = { method, url: `${origin}${path}`, contentType: headers['content-type'], body };
    const signature = await orAborted(sign(unsigned), end);
    return { key: null, headers: { ...access.headers, ...signature } };
  };
}

async function orAborted<Value>(work: Promise<Value>, end: CallEnd): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (end.aborted) reject(end.reason);
  end.listen(reject);
  try {
    return await Promise.race([work, promise]);
  } finally {
    end.listen(undefined);
  }
}
