import { describe, expect, it } from 'vitest';
import { createSecretsDetector } from '../../src/guards/secrets/detector.ts';
import { output, surroundings } from '../support/guard-surroundings.ts';

const detector = createSecretsDetector();

async function found(text: string): Promise<readonly string[]> {
  const findings = await detector.inspect(text, output, surroundings());
  return findings.map(({ rule, start, end }) => `${rule}: ${text.slice(start, end)}`);
}

// Put together here, so that scanners of repositories leave them alone.
const hex = (length: number) => '0a1b2c3d4e5f67'.repeat(10).slice(0, length);
const drawn = (length: number) => 'x7Kq2mVf9Tz4Rb1Wd8Lh'.repeat(20).slice(0, length);
const jwt = (length: number) => ['eyJ', '.eyJ', '.'].map((mark) => `${mark}${drawn(length)}`).join('');

describe('secrets that are found', () => {
  it.each([
    ['digitalocean', `dop_v1_${hex(64)}`],
    ['gitlab', `glrt-${drawn(20)}`],
    ['google-oauth', `GOCSPX-${drawn(28)}`],
    ['new-relic', `NRAK-${drawn(27)}`],
    ['openrouter', `sk-or-v1-${hex(64)}`],
    ['pypi', `pypi-AgE${drawn(60)}`],
    ['sourcegraph', `sgp_${hex(40)}`],
    ['telegram', `123456789:AA${drawn(33)}`],
    ['jwt', jwt(40)],
  ])('by the mark of their issuer: %s', async (rule, token) => {
    expect(await found(`it is ${token}.`)).toEqual([`${rule}: ${token}`]);
    expect(await found(`x${token}`)).toEqual([]);
  });

  it.each([
    [`api_key = "${drawn(24)}"`, `assigned: ${drawn(24)}`],
    [`{"clientSecret":"${drawn(32)}"}`, `assigned: ${drawn(32)}`],
    [`curl 'https://host.example/v1?access_token=${hex(40)}'`, `assigned: ${hex(40)}`],
    [`-H "Authorization: Bearer ${drawn(40)}"`, `login: ${drawn(40)}`],
    ['machine api.host.example login jo password hunter2', 'login: hunter2'],
    ['amqps://jo:hunter2@queue.example/shop', 'login: hunter2'],
    [`-----BEGIN RSA PRIVATE KEY-----\\n${drawn(80)}\\n-----END RSA PRIVATE KEY-----`, undefined],
  ])('by what the text calls them: %s', async (text, wanted) => {
    expect(await found(text)).toEqual([wanted ?? `privatekey: ${text}`]);
  });
});

describe('what only looks like a secret', () => {
  it.each([
    'api_key = process.env.SERVICE_API_KEY_2',
    'api_key: "your-api-key-goes-here-2026"',
    'const token = createTokenOf(request, 16);',
    '"token_uri":"https://host.example/token","auth_provider_x509_cert_url":"https://host.example/certs"',
    'postgres://{user}:{password}@{host}/shop and amqp://guest:guest@localhost/',
    'password = aaaaaaaaaaaaaaaaaaaaaaaa11',
    `commit ${hex(40)}`,
    'sk-learn-compatible-estimators-2024',
  ])('is left alone: %s', async (text) => {
    expect(await found(text)).toEqual([]);
  });
});
