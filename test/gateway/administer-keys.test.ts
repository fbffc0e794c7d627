import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { administerKeys } from '../../src/gateway/administer-keys.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import { configOf } from './sample-config.ts';

const now = Date.parse('2027-01-15T08:00:00Z');

const inventory = `
attributes:
  caller.tier: { type: enum, values: [free, gold], default: free }
  caller.models: { type: set, optional: true }
  caller.contact: { type: string, optional: true, sensitive: true }
  caller.age: { type: duration, optional: true }
keys: [ { name: built-in, hash: "sha256:${'a'.repeat(64)}", team: core } ]
`;

function open(text = inventory) {
  const store = createMemoryStore();
  return { store, keys: administerKeys(configOf(text), store.keys, () => now) };
}

describe('a new key', () => {
  it('is shown once, and only its hash is kept', async () => {
    const { keys, store } = open();
    const attributes = { team: 'a', models: 'x, y', contact: 'me@example.org' };
    const issued = await keys.create({ name: 'dev', attributes, expires: '30d' });
    const view = {
      name: 'dev',
      source: 'store',
      state: 'active',
      hash: `sha256:${hash('sha256', issued.key, 'hex')}`,
      attributes: { team: 'a', models: ['x', 'y'], contact: '[sensitive]' },
      createdAt: '2027-01-15T08:00:00.000Z',
      expiresAt: '2027-02-14T08:00:00.000Z',
      revokedAt: null,
      overlapUntil: null,
    };
    expect(issued).toEqual({ key: issued.key, ...view });
    expect(await keys.list()).toEqual([
      {
        ...view,
        name: 'built-in',
        source: 'config',
        hash: `sha256:${'a'.repeat(64)}`,
        attributes: { team: 'core' },
        createdAt: null,
        expiresAt: null,
      },
      view,
    ]);
    expect(JSON.stringify([await store.keys.list(), await keys.list()])).not.toContain(issued.key);
  });

  it.each([
    [{ tier: 'glod' }, '`caller.tier` must be one of free, gold, and it is `glod`; did you mean `gold`?'],
    [{ tem: 'a' }, '`tem` is no attribute of a key: did you mean `team`?'],
    [{ key: 'x' }, expect.stringMatching(/^`key` is no attribute of a key: there are `team`, `user`, `app`, `debug`/)],
    [{ age: 5 }, '`caller.age` must be a duration such as `30s`, and it is `5`'],
    [{ contact: 5 }, '`caller.contact` must be text'],
    [{ debug: 'yes' }, '`caller.debug` must be `true` or `false`, and it is `yes`'],
    [
      { tier: 'x', models: 7 },
      '`caller.tier` must be one of free, gold, and it is `x`; `caller.models` must be a list of words, and it is `7`',
    ],
  ])('with the attributes %j is refused, and all that is wrong is said', async (attributes, message) => {
    const { keys, store } = open();
    const refusal = expect.objectContaining({ status: 400, param: 'attributes', message });
    await expect(keys.create({ name: 'dev', attributes })).rejects.toEqual(refusal);
    expect(await store.keys.list()).toEqual([]);
  });

  it('must have the attributes that are required', async () => {
    const { keys } = open('\nattributes: { caller.plan: { type: string, required: true } }');
    await expect(keys.create({ name: 'dev', attributes: {} })).rejects.toMatchObject({
      message: expect.stringMatching(
        /^`plan` is missing: `caller.plan` is declared required in gateway.config.yaml:\d+, as text$/,
      ),
    });
  });

  it.each([
    ['anonymous', 'invalid_request', '`anonymous` is what requests without a key are called'],
    ['built-in', 'key_exists', 'there is a key `built-in` in the config: choose another name'],
    ['dev', 'key_exists', 'there is a key `dev` already, be it revoked: choose another name'],
    ['', 'invalid_request', expect.stringMatching(/^the name of a key is a text/)],
    [' a', 'invalid_request', expect.any(String)],
    ['a\nb', 'invalid_request', expect.any(String)],
    ['x'.repeat(129), 'invalid_request', expect.any(String)],
  ])('cannot be called %j', async (name, code, message) => {
    const { keys } = open();
    await keys.create({ name: 'dev', attributes: {} });
    await keys.revoke('dev');
    await expect(keys.create({ name, attributes: {} })).rejects.toMatchObject({ code, message, param: 'name' });
  });

  it.each([
    ['2027-02-01', '2027-02-01T00:00:00.000Z'],
    ['2027-02-01T12:00:00+01:00', '2027-02-01T11:00:00.000Z'],
    ['90m', '2027-01-15T09:30:00.000Z'],
  ])('may expire: %s', async (expires, expiresAt) => {
    expect(await open().keys.create({ name: 'dev', attributes: {}, expires })).toMatchObject({ expiresAt });
  });

  it.each(['2027-01-15', '0s', 'soon', '', '2027-13-01', '99999999999d'])('cannot expire at %j', async (expires) => {
    await expect(open().keys.create({ name: 'dev', attributes: {}, expires })).rejects.toMatchObject({
      status: 400,
      param: 'expires',
    });
  });
});

describe('a key that there is', () => {
  it('is revoked, and revoked again, and stays listed', async () => {
    const { keys } = open();
    await keys.create({ name: 'dev', attributes: {} });
    const view = await keys.revoke('dev');
    expect(view).toMatchObject({ state: 'revoked', revokedAt: '2027-01-15T08:00:00.000Z' });
    expect(await keys.revoke('dev')).toEqual(view);
    expect((await keys.list())[1]).toEqual(view);
    await expect(keys.rotate('dev', {})).rejects.toMatchObject({
      status: 400,
      message: 'the key `dev` was revoked: create another one',
    });
  });

  it('may go on for a while beside its successor', async () => {
    const { keys } = open();
    const first = await keys.create({ name: 'dev', attributes: { team: 'a' } });
    const second = await keys.rotate('dev', { overlap: '1h' });
    expect(second).toMatchObject({ attributes: { team: 'a' }, overlapUntil: '2027-01-15T09:00:00.000Z' });
    expect(second.key).not.toBe(first.key);
    for (const overlap of ['91d', 'long']) {
      await expect(keys.rotate('dev', { overlap })).rejects.toMatchObject({ param: 'overlap' });
    }
  });

  it('is named in what is said of one that there is not', async () => {
    const { keys } = open();
    const of = (name: string) => [() => keys.revoke(name), () => keys.rotate(name, {})];
    for (const change of of('dve'))
      await expect(change()).rejects.toMatchObject({ status: 404, message: 'there is no key `dve`' });
    for (const change of of('built-in')) {
      await expect(change()).rejects.toMatchObject({ message: "the key `built-in` is the config's: change it there" });
    }
  });
});
