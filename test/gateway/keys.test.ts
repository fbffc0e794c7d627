import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { administerKeys } from '../../src/gateway/administer-keys.ts';
import { createKeyText } from '../../src/gateway/key-text.ts';
import { anonymous, createKeyRing } from '../../src/gateway/keys.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
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

  it('knows what each connection shows at the moment, whatever it showed before', () => {
    const ring = ringOf('{ required: true }');
    const [one, other] = [{}, {}];
    const shown = [one, other, one].map((from, index) => ring.identify(index === 1 ? 'sk-lead' : 'sk-dev', from));
    expect(shown).toMatchObject([{ name: 'dev' }, { name: 'lead' }, { name: 'dev' }]);
    expect(ring.identify('sk-lead', one)).toMatchObject({ name: 'lead' });
    expect(() => ring.identify('sk-other', one)).toThrow(refused);
    expect(() => ring.identify('sk-other', one)).toThrow(refused);
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

const declared = `
attributes:
  caller.tier: { type: enum, values: [free, gold], default: free }
  caller.budget: { type: money, optional: true }
`;

/** A ring over a store in memory, under a clock that the test turns. */
function storedRing(text = declared) {
  const config = configOf(text);
  const store = createMemoryStore();
  const time = { now: 1_800_000_000_000 };
  const keys = administerKeys(config, store.keys, () => time.now);
  const ring = createKeyRing(config, { store: store.keys, clock: { now: () => time.now, wallNow: () => time.now } });
  return { keys, ring, time, store, identify: async (key: string) => ring.identify(key) };
}

describe('a key of the store', () => {
  it('has its attributes as typed facts', async () => {
    const { keys, identify } = storedRing();
    const attributes = { team: 'a', tier: 'gold', budget: '$1.50' };
    const { key } = await keys.create({ name: 'dev', attributes });
    const caller = await identify(key);
    expect(caller).toMatchObject({ name: 'dev', debug: false, admin: false });
    expect(Object.fromEntries(caller.facts)).toEqual({
      'caller.key': 'dev',
      'caller.team': 'a',
      'caller.tier': 'gold',
      'caller.budget': 1_500_000_000,
    });
  });

  it('is answered at once when it is known', async () => {
    const { keys, ring, identify } = storedRing();
    const { key } = await keys.create({ name: 'dev', attributes: {} });
    expect(ring.identify(key)).toBeInstanceOf(Promise);
    await identify(key);
    expect(ring.identify(key)).toMatchObject({ name: 'dev' });
  });

  it('is refused when it was revoked, with the reason', async () => {
    const { keys, identify, time } = storedRing();
    const { key } = await keys.create({ name: 'dev', attributes: {} });
    await identify(key);
    await keys.revoke('dev');
    time.now += 1000;
    await expect(identify(key)).rejects.toMatchObject({ status: 401, message: 'this API key was revoked' });
  });

  it('is refused from the moment it expires', async () => {
    const { keys, identify, time } = storedRing();
    const { key } = await keys.create({ name: 'dev', attributes: {}, expires: '1h' });
    time.now += 3_599_999;
    expect(await identify(key)).toMatchObject({ name: 'dev' });
    time.now += 1;
    await expect(identify(key)).rejects.toMatchObject({
      status: 401,
      message: 'this API key expired on 2027-01-15T09:00:00.000Z',
    });
  });

  it('that was rotated ends at once, or after the overlap', async () => {
    const { keys, identify, time } = storedRing();
    const first = await keys.create({ name: 'dev', attributes: {} });
    const second = await keys.rotate('dev', {});
    await expect(identify(first.key)).rejects.toMatchObject({ status: 401 });
    const third = await keys.rotate('dev', { overlap: '1m' });
    expect(await identify(second.key)).toMatchObject({ name: 'dev' });
    expect(await identify(third.key)).toMatchObject({ name: 'dev' });
    time.now += 60_000;
    await expect(identify(second.key)).rejects.toMatchObject({ message: 'this API key was replaced by another one' });
    expect(await identify(third.key)).toMatchObject({ name: 'dev' });
  });

  it('is refused where the config no longer knows the value of an attribute', async () => {
    const { keys, store, time } = storedRing();
    const { key } = await keys.create({ name: 'dev', attributes: { tier: 'gold' } });
    const changed = configOf('\nattributes: { caller.tier: { type: enum, values: [free, silver], default: free } }');
    const clock = { now: () => time.now, wallNow: () => time.now };
    const ring = createKeyRing(changed, { store: store.keys, clock });
    const message = "this API key no longer fits the gateway's config (tier): ask for a new one";
    await expect(ring.identify(key)).rejects.toMatchObject({ status: 401, message });
  });

  it('gives way to a key of the config that has its name', async () => {
    const { keys, store, time } = storedRing();
    const { key } = await keys.create({ name: 'dev', attributes: {} });
    const clashing = configOf(`\nkeys: [ { name: dev, hash: "sha256:${'a'.repeat(64)}" } ]`);
    const clock = { now: () => time.now, wallNow: () => time.now };
    await expect(createKeyRing(clashing, { store: store.keys, clock }).identify(key)).rejects.toEqual(refused);
    const [, stored] = await administerKeys(clashing, store.keys, () => time.now).list();
    expect(stored).toMatchObject({ name: 'dev', source: 'store', state: 'overruled' });
  });

  it('is neither taken nor called wrong while the store is away; keys of the config go on', async () => {
    const { store, time } = storedRing();
    const config = configOf(`\nkeys: [ { name: dev, hash: "sha256:${hash('sha256', 'sk-dev', 'hex')}" } ]`);
    const clock = { now: () => time.now, wallNow: () => time.now };
    const ring = createKeyRing(config, { store: store.keys, clock });
    await store.close();
    await expect(ring.identify(createKeyText())).rejects.toMatchObject({
      status: 503,
      code: 'store_unavailable',
      retryAfterMs: 1000,
    });
    expect(ring.identify('sk-dev')).toMatchObject({ name: 'dev' });
    expect(() => ring.identify('sk-other')).toThrow(refused);
  });

  it('that is none is refused even where no key is needed, unless it never looked like one', async () => {
    const { identify } = storedRing();
    for (const key of [createKeyText(), 'lp-mistyped', 'lp-']) await expect(identify(key)).rejects.toEqual(refused);
    expect(await identify('any')).toBe(anonymous);
  });
});
