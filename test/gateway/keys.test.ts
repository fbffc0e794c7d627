import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { anonymous, createKeyRing } from '../../src/gateway/keys.ts';
import { configOf } from './sample-config.ts';

const ringOf = (auth: string) =>
  createKeyRing(
    configOf(`
auth: ${auth}
keys:
  - { name: dev, hash: "sha256:${hash('sha256', 'sk-dev', 'hex')}", team: a }
  - { name: lead, hash: "sha256:${hash('sha256', 'sk-lead', 'hex')}", debug: true }
`),
  );
const refused = expect.objectContaining({ status: 401, code: 'invalid_api_key' });

describe('a key ring', () => {
  it('knows a key by its hash and gives its attributes as facts', async () => {
    const caller = await ringOf('{ required: true }').identify('sk-dev');
    expect(caller).toMatchObject({ name: 'dev', debug: false, admin: false });
    expect(Object.fromEntries(caller.facts)).toEqual({ 'caller.key': 'dev', 'caller.team': 'a' });
  });

  it('lets only keys with `debug` see rules', () => {
    expect(ringOf('{ required: true }').identify('sk-lead')).toMatchObject({ debug: true });
  });

  it('takes a caller without a key for anonymous only where none is required', () => {
    expect(ringOf('{ required: false }').identify(undefined)).toBe(anonymous);
    expect(() => ringOf('{ required: true }').identify(undefined)).toThrow(refused);
  });

  it.each(['{ required: false }', '{ required: true }'])('refuses an unknown key under %s', (auth) => {
    for (const key of ['sk-other', '', hash('sha256', 'sk-dev', 'hex')]) {
      expect(() => ringOf(auth).identify(key)).toThrow(refused);
    }
  });

  it('takes any key for none where none are required and none exist', () => {
    expect(createKeyRing(configOf('\nauth: { required: false }')).identify('any')).toBe(anonymous);
    expect(() => createKeyRing(configOf('\nauth: { required: true }')).identify('any')).toThrow(refused);
  });

  it('knows the admin token, and that it is no virtual key', () => {
    const caller = ringOf('{ required: true, admin_token: t0ken }').identify('t0ken');
    expect(caller).toMatchObject({ name: 'anonymous', debug: true, admin: true });
  });
});
