import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CloudIdentity } from '../../../src/config/config.ts';
import { openDeadline } from '../../../src/providers/upstream/deadline.ts';
import { openUpstream } from '../../../src/providers/upstream/upstream.ts';
import { projectFolder } from '../../support/project-folder.ts';
import { providerConfig, providerTools } from '../provider-config.ts';
import { answerJson, type ReceivedCall, scriptUpstream } from '../scripted-upstream.ts';

async function callWith(identity: CloudIdentity, timeoutMs = 60_000) {
  const { baseUrl, calls } = await scriptUpstream((response) => answerJson(response, 200, {}));
  const kind = identity.cloud === 'aws' ? 'amazon-bedrock' : 'google-vertex';
  const config = providerConfig({ kind, baseUrl: baseUrl.replace('/v1', ''), identity });
  const upstream = openUpstream(config, providerTools(config));
  const deadline = openDeadline(new AbortController().signal, timeoutMs, null);
  onTestFinished(async () => {
    deadline.close();
    await upstream.close();
  });
  const path = '/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse';
  const headers = { 'content-type': 'application/json', 'x-other': 'not signed' };
  const call = { method: 'POST', path, headers, body: '{"a":"ü"}', model: 'm', keyId: null } as const;
  const reply = await upstream.send(call, deadline);
  if (reply.kind === 'reply') reply.body.leave();
  return { reply, calls };
}

/** Nothing of the machine on which the tests run. */
function bareMachine(variables: Readonly<Record<string, string>>) {
  const home = projectFolder();
  const none = {
    AWS_CONFIG_FILE: `${home}/config`,
    AWS_SHARED_CREDENTIALS_FILE: `${home}/credentials`,
    AWS_PROFILE: undefined,
  };
  const off = { AWS_EC2_METADATA_DISABLED: 'true', AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const google = { GOOGLE_APPLICATION_CREDENTIALS: undefined, CLOUDSDK_CONFIG: home, HOME: home };
  for (const [name, value] of Object.entries({ ...none, ...off, ...google, ...variables })) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', asBytes(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView) {
    this.#hash.update(asBytes(data));
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
}

function asBytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

/** What AWS's own signer makes of the call that arrived. */
async function signatureByAws({ headers, path, body }: ReceivedCall): Promise<string> {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'the-secret', sessionToken: 'the-session' };
  const signer = new SignatureV4({
    service: 'bedrock',
    region: 'eu-west-1',
    credentials,
    sha256: Sha256,
    applyChecksum: false,
  });
  const [, names = ''] = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const signed = Object.fromEntries(names.split(';').map((name) => [name, String(headers[name])]));
  const [, date = ''] = /^(\w+)Z$/.exec(String(headers['x-amz-date'])) ?? [];
  const signingDate = new Date(date.replace(/(....)(..)(..)T(..)(..)(..)/, '$1-$2-$3T$4:$5:$6Z'));
  const request = { method: 'POST', protocol: 'http:', hostname: String(headers.host), path, headers: signed, body };
  return String((await signer.sign(request, { signingDate })).headers['authorization']);
}

describe('a call of Amazon Bedrock as the machine', () => {
  const identity = { cloud: 'aws', region: 'eu-west-1' } as const;

  it('is signed as AWS would sign it', async () => {
    bareMachine({
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'the-secret',
      AWS_SESSION_TOKEN: 'the-session',
    });
    const { calls } = await callWith(identity);
    const [call] = calls;
    if (call === undefined) throw new Error('nobody was called');
    expect(call.headers['x-amz-security-token']).toBe('the-session');
    expect(call.headers.authorization).toBe(await signatureByAws(call));
  });

  it('asks the container for credentials, once for many calls', async () => {
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const container = await scriptUpstream((response) =>
      answerJson(response, 200, { AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 's', Token: 't', Expiration: expires }),
    );
    bareMachine({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.baseUrl}/credentials` });
    const { calls } = await callWith(identity);
    expect(calls[0]?.headers.authorization).toContain('Credential=ASIAEXAMPLE/');
    expect(container.calls).toHaveLength(1);
  });

  it('is not made where the machine has no identity', async () => {
    bareMachine({});
    const { reply, calls } = await callWith(identity);
    expect(reply).toMatchObject({ failure: 'auth', status: null, message: expect.stringContaining('no AWS identity') });
    expect(calls).toEqual([]);
  });

  it('ends in its time, whenever the cloud says who the machine is', async () => {
    const container = await scriptUpstream(() => undefined);
    bareMachine({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.baseUrl}/credentials` });
    expect((await callWith(identity, 50)).reply).toMatchObject({ failure: 'timeout' });
  });
});

describe('a call of Vertex as the machine', () => {
  it('brings the token of its service account', async () => {
    const metadata = await scriptUpstream((response) => {
      response.setHeader('metadata-flavor', 'Google');
      answerJson(response, 200, { access_token: 'ya29.token', expires_in: 3600, token_type: 'Bearer' });
    });
    bareMachine({ GCE_METADATA_HOST: new URL(metadata.baseUrl).host, METADATA_SERVER_DETECTION: 'assume-present' });
    const { calls } = await callWith({ cloud: 'google' });
    expect(calls[0]?.headers.authorization).toBe('Bearer ya29.token');
  });

  it('is not made where the machine has no identity', async () => {
    bareMachine({ METADATA_SERVER_DETECTION: 'none' });
    const { reply, calls } = await callWith({ cloud: 'google' });
    expect(reply).toMatchObject({ failure: 'auth', message: expect.stringContaining('no Google Cloud identity') });
    expect(calls).toEqual([]);
  });
});
