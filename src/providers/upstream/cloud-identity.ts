import { AwsV4Signer } from 'aws4fetch';
import type { CloudIdentity } from '../../config/config.ts';
import { FailedCall, wordsOnly } from './failure.ts';

/** A call that is to be signed. */
export interface UnsignedCall {
  readonly method: string;
  readonly url: string;
  readonly contentType: string | undefined;
  readonly body: string | Uint8Array | null;
}

/** The headers with which the cloud knows the caller. Throws a `FailedCall` where the machine has no identity. */
export type SignCall = (call: UnsignedCall) => Promise<Readonly<Record<string, string>>>;

export function createSigner(identity: CloudIdentity): SignCall {
  return identity.cloud === 'aws' ? signForAws(identity.region) : signForGoogle();
}

interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** AWS's default chain, loaded by those who use it: environment, web identity, shared files, container, instance. */
function signForAws(region: string): SignCall {
  const derivedKeys = new Map<string, ArrayBuffer>();
  let credentials: (() => Promise<AwsCredentials>) | undefined;
  return async ({ method, url, contentType, body }) => {
    const { accessKeyId, secretAccessKey, sessionToken } = await orNoIdentity('AWS', async () => {
      credentials ??= await loadAwsChain(region);
      return credentials();
    });
    const signer = new AwsV4Signer({
      method,
      url,
      headers: contentType === undefined ? {} : { 'content-type': contentType },
      body: typeof body === 'string' || body === null ? body : Buffer.from(body),
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      service: 'bedrock',
      region,
      cache: derivedKeys,
    });
    const { headers } = await signer.sign();
    return Object.fromEntries(headers);
  };
}

async function loadAwsChain(region: string): Promise<() => Promise<AwsCredentials>> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const chain = defaultProvider({ clientConfig: { region } });
  return () => chain();
}

/** Google's application default credentials, loaded by those who use them. */
function signForGoogle(): SignCall {
  let token: (() => Promise<string | null | undefined>) | undefined;
  return async () => {
    const bearer = await orNoIdentity('Google Cloud', async () => {
      token ??= await loadGoogleToken();
      return token();
    });
    return { authorization: `Bearer ${bearer}` };
  };
}

async function loadGoogleToken(): Promise<() => Promise<string | null | undefined>> {
  const { GoogleAuth } = await import('google-auth-library');
  const auth = new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-platform'] });
  return () => auth.getAccessToken();
}

/** What went wrong is the cloud's secret; that it did is for whoever runs the gateway. */
async function orNoIdentity<Value>(cloud: string, ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    throw new FailedCall(wordsOnly('auth', `the gateway found no ${cloud} identity in the default chain (${name})`));
  }
}
