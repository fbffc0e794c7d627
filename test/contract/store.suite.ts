import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BucketCounter, Counter, ReserveEntry, WindowCounter } from '../../src/stores/counter-store.ts';
import { forgetSums } from '../../src/stores/forget-sums.ts';
import type { VirtualKey } from '../../src/stores/key-store.ts';
import { mostVersions, type PolicyVersion } from '../../src/stores/policy-store.ts';
import { noSums, querySums } from '../../src/stores/query-sums.ts';
import type { Store } from '../../src/stores/store.ts';
import { isValid } from '../../src/stores/virtual-key.ts';
import { CounterModel } from './counter-model.ts';

export interface StoreUnderTest {
  readonly store: Store;
  stop(): Promise<void>;
}

/** Bounds of the cache that every store under test is opened with. */
export const testBounds = { maxEntries: 3, maxBytes: 1000 };

const scale = Number(process.env['LLMPOLICY_TEST_SCALE'] ?? 1);
const start = Date.UTC(2026, 0, 5, 12);
const hour = 3_600_000;
let last = 0;
/** A name that no other test uses: every test of a store shares it. */
const fresh = (what: string): string => `${what}-${++last}-${Math.random()}`;
const month = (id = fresh('month')): WindowCounter => ({ kind: 'window', id, start, end: start + 700 * hour });
const perMinute = (amount: number): BucketCounter => ({ kind: 'bucket', id: fresh('bucket'), amount, everyMs: 60_000 });

const versionOf = (policy: string, digest: string, origin: PolicyVersion['origin'] = 'push'): PolicyVersion => ({
  id: fresh('version'),
  policy,
  name: 'sample',
  digest,
  origin,
  by: 'somebody',
  message: null,
  at: start,
  bytes: 4,
  restores: null,
});

const modelStep = fc.record({
  what: fc.constantFrom('reserve', 'reserve', 'reserve', 'settle', 'release', 'wait'),
  id: fc.integer({ min: 0, max: 5 }),
  amount: fc.integer({ min: 0, max: 60 }),
  second: fc.boolean(),
  lasts: fc.integer({ min: 1, max: 100 }),
});

type ModelStep = typeof modelStep extends fc.Arbitrary<infer Step> ? Step : never;

async function likeModel(store: Store, steps: readonly ModelStep[]): Promise<void> {
  const model = new CounterModel();
  const counters: readonly Counter[] = [month(), { kind: 'concurrent', id: fresh('open') }];
  const prefix = fresh('p');
  let now = start;
  for (const step of steps) {
    now += step.what === 'wait' ? step.lasts : 0;
    model.pass(now);
    await oneStep(store, model, step.second ? counters : counters.slice(0, 1), `${prefix}-${step.id}`, step, now);
    expect(await store.counters.read(counters, now)).toEqual(counters.map((counter) => model.read(counter)));
  }
}

async function oneStep(
  store: Store,
  model: CounterModel,
  touched: readonly Counter[],
  requestId: string,
  { what, amount, lasts }: ModelStep,
  now: number,
): Promise<void> {
  const name = { requestId, attempt: 1 };
  if (what === 'reserve') {
    const entries = touched.map((counter) => ({ counter, amount, bound: 100 }));
    const { granted } = await store.counters.reserve({ ...name, entries, now, expiresAt: now + lasts });
    expect(granted).toBe(model.reserve(requestId, entries, now + lasts));
  } else if (what === 'settle') {
    await store.counters.settle({ ...name, used: touched.map((counter) => ({ counter, amount })), now });
    model.settle(requestId, new Map(touched.map(({ id }) => [id, amount])));
  } else if (what === 'release') {
    await store.counters.release({ ...name, now });
    model.release(requestId);
  }
}

/** What every store does. */
export function describeStore(kind: string, open: () => Promise<StoreUnderTest>, skip = false): void {
  describe.skipIf(skip)(`a store of kind ${kind}`, () => {
    let running: StoreUnderTest;
    let store: Store;
    beforeAll(async () => {
      running = await open();
      store = running.store;
    });
    afterAll(() => running?.stop());

    const standing = async (counter: Counter, now = start) => (await store.counters.read([counter], now))[0];
    const reserve = (
      requestId: string,
      entries: readonly ReserveEntry[],
      now = start,
      attempt = 1,
      expiresAt = now + 60_000,
    ) => store.counters.reserve({ requestId, attempt, entries, now, expiresAt });

    it('keeps what is reserved open until it is settled for what was used', async () => {
      const counter = month();
      const id = fresh('request');
      expect(await reserve(id, [{ counter, amount: 30, bound: 100 }])).toEqual({ granted: true });
      expect(await standing(counter)).toEqual({ settled: 0, open: 30 });
      await store.counters.settle({ requestId: id, attempt: 1, used: [{ counter, amount: 12 }], now: start });
      expect(await standing(counter)).toEqual({ settled: 12, open: 0 });
    });

    it('reserves all or nothing, and names every counter in the way', async () => {
      const [full, free, held] = [month(), month(), month()];
      await store.counters.settle({
        requestId: fresh('r'),
        attempt: 1,
        used: [{ counter: full, amount: 95 }],
        now: start,
      });
      await reserve(fresh('r'), [{ counter: held, amount: 95, bound: 100 }]);
      const entries = [full, free, held].map((counter) => ({ counter, amount: 10, bound: 100 }));
      expect(await reserve(fresh('r'), entries)).toEqual({
        granted: false,
        failed: [
          { entry: 0, settled: 95, open: 0, because: 'settled', retryAfterMs: 700 * hour },
          { entry: 2, settled: 0, open: 95, because: 'open', retryAfterMs: 1000 },
        ],
      });
      expect(await standing(free)).toEqual({ settled: 0, open: 0 });
    });

    it('gives a reserve that arrives again its first answer, also when it was refused or has ended', async () => {
      const counter = month();
      const [one, two] = [fresh('r'), fresh('r')];
      const entries = [{ counter, amount: 60, bound: 100 }];
      await reserve(one, entries);
      const refused = await reserve(two, entries);
      expect(refused).toMatchObject({ granted: false });
      await store.counters.release({ requestId: one, attempt: 1, now: start });
      expect(await reserve(one, entries)).toEqual({ granted: true });
      expect(await reserve(two, entries, start + 5)).toEqual(refused);
      expect(await standing(counter)).toEqual({ settled: 0, open: 0 });
      expect(await reserve(two, entries, start, 2)).toEqual({ granted: true });
    });

    it('counts what was spent by an attempt that had expired, once', async () => {
      const counter = month();
      const id = fresh('r');
      await reserve(id, [{ counter, amount: 60, bound: 100 }]);
      expect(await standing(counter, start + 60_000)).toEqual({ settled: 0, open: 0 });
      const settle = { requestId: id, attempt: 1, used: [{ counter, amount: 120 }], now: start + 70_000 };
      await Promise.all([store.counters.settle(settle), store.counters.settle(settle)]);
      await store.counters.release({ requestId: id, attempt: 1, now: start + 70_000 });
      expect(await standing(counter, start + 70_000)).toEqual({ settled: 120, open: 0 });
    });

    it('forgets no spend when a clock jumps ahead by weeks and back', async () => {
      const counter = month();
      await store.counters.settle({ requestId: fresh('r'), attempt: 1, used: [{ counter, amount: 9 }], now: start });
      await standing(counter, start + 50 * 24 * hour);
      expect(await standing(counter)).toEqual({ settled: 9, open: 0 });
    });

    it('ends what was reserved by a clock that has gone back since, a day after at most', async () => {
      const counter = month();
      const [ahead, long] = [fresh('r'), fresh('r')];
      await reserve(ahead, [{ counter, amount: 60, bound: 100 }], start + 365 * 24 * hour);
      await store.counters.reserve({
        requestId: long,
        attempt: 1,
        entries: [{ counter, amount: 7, bound: 100 }],
        now: start,
        expiresAt: start + 9999 * 24 * hour,
      });
      expect(await standing(counter)).toEqual({ settled: 0, open: 67 });
      expect(await standing(counter, start + 23 * hour)).toEqual({ settled: 0, open: 67 });
      expect(await standing(counter, start + 24 * hour)).toEqual({ settled: 0, open: 0 });
      const settle = (requestId: string) =>
        store.counters.settle({ requestId, attempt: 1, used: [{ counter, amount: 9 }], now: start + hour });
      await Promise.all([settle(ahead), settle(long), settle(ahead)]);
      expect(await standing(counter)).toEqual({ settled: 18, open: 0 });
    });

    it('refills a bucket that a wrong clock has emptied ahead of time', async () => {
      const counter = perMinute(60);
      const take = (amount: number, now: number) => reserve(fresh('r'), [{ counter, amount, bound: 20 }], now);
      expect(await take(20, start + 365 * 24 * hour)).toEqual({ granted: true });
      expect(await take(1, start)).toMatchObject({ granted: false });
      expect(await take(1, start + 999)).toMatchObject({ granted: false });
      expect(await take(1, start + 1000)).toEqual({ granted: true });
      expect(await take(1, start + 1000)).toMatchObject({ granted: false });
    });

    it('holds nothing for a reserve that arrives after its release', async () => {
      const counter = month();
      const id = fresh('r');
      await store.counters.release({ requestId: id, attempt: 1, now: start });
      await reserve(id, [{ counter, amount: 60, bound: 100 }]);
      expect(await standing(counter)).toEqual({ settled: 0, open: 0 });
    });

    it('counts money exactly up to 2^53 − 1 and stops there', async () => {
      const counter = month();
      const amount = Number.MAX_SAFE_INTEGER - 1;
      const settle = (used: number) =>
        store.counters.settle({ requestId: fresh('r'), attempt: 1, used: [{ counter, amount: used }], now: start });
      await settle(amount);
      expect(await standing(counter)).toEqual({ settled: amount, open: 0 });
      const bound = Number.MAX_SAFE_INTEGER;
      expect(await reserve(fresh('r'), [{ counter, amount: 2, bound }])).toMatchObject({ granted: false });
      await settle(5);
      expect(await standing(counter)).toEqual({ settled: bound, open: 0 });
    });

    it('refills a bucket evenly, to the millisecond, and never above what it holds', async () => {
      const counter = perMinute(60);
      const take = (amount: number, now: number) => reserve(fresh('r'), [{ counter, amount, bound: 20 }], now);
      expect(await take(20, start)).toEqual({ granted: true });
      expect(await take(1, start + 999)).toMatchObject({ failed: [{ retryAfterMs: 1000 }] });
      expect(await take(1, start + 1000)).toEqual({ granted: true });
      expect(await take(20, start + hour)).toEqual({ granted: true });
      expect(await take(1, start + hour)).toMatchObject({ granted: false });
      expect(await take(1, start)).toMatchObject({ granted: false });
    });

    it('tells when a bucket of which all is settled has enough again', async () => {
      const counter = perMinute(60);
      await store.counters.settle({ requestId: fresh('r'), attempt: 1, used: [{ counter, amount: 20 }], now: start });
      const failed = [{ entry: 0, settled: 20, open: 0, because: 'settled', retryAfterMs: 5000 }];
      expect(await reserve(fresh('r'), [{ counter, amount: 5, bound: 20 }])).toEqual({ granted: false, failed });
      expect(await reserve(fresh('r'), [{ counter, amount: 5, bound: 20 }], start + 5000)).toEqual({ granted: true });
    });

    it('counts what is under way and forgets it when it ends', async () => {
      const counter: Counter = { kind: 'concurrent', id: fresh('open') };
      const entry = { counter, amount: 1, bound: 1 };
      const id = fresh('r');
      expect(await reserve(id, [entry])).toEqual({ granted: true });
      expect(await reserve(fresh('r'), [entry])).toMatchObject({ failed: [{ because: 'open', retryAfterMs: 1000 }] });
      await store.counters.settle({ requestId: id, attempt: 1, used: [{ counter, amount: 1 }], now: start });
      expect(await standing(counter)).toEqual({ settled: 0, open: 0 });
    });

    it('never grants more than a bound to many at once', async () => {
      const counter = month();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => reserve(fresh('r'), [{ counter, amount: 3, bound: 100 }])),
      );
      expect(answers.filter(({ granted }) => granted)).toHaveLength(33);
    });

    it('agrees with the model, whatever arrives in whatever order, twice or late', async () => {
      const property = fc.asyncProperty(fc.array(modelStep, { minLength: 5, maxLength: 30 }), (steps) =>
        likeModel(store, steps),
      );
      await fc.assert(property, { numRuns: Math.ceil(25 * scale) });
    });

    it('empties buckets of any size and rate without losing a fraction', async () => {
      const steps = fc.array(fc.record({ add: fc.nat(10 ** 9), elapsed: fc.nat(10 ** 9) }), {
        minLength: 1,
        maxLength: 6,
      });
      const [amounts, everies] = [fc.integer({ min: 1, max: 10 ** 14 }), fc.integer({ min: 1, max: 2 ** 40 })];
      const property = fc.asyncProperty(amounts, everies, steps, async (amount, everyMs, all) => {
        const counter: BucketCounter = { kind: 'bucket', id: fresh('bucket'), amount, everyMs };
        const every = BigInt(everyMs);
        let [parts, now] = [0n, start];
        for (const { add, elapsed } of all) {
          await store.counters.settle({ requestId: fresh('r'), attempt: 1, used: [{ counter, amount: add }], now });
          parts += BigInt(add) * every;
          now += elapsed;
          parts = [parts - BigInt(elapsed) * BigInt(amount), 0n].reduce((left, right) => (left > right ? left : right));
          expect(await standing(counter, now)).toEqual({ settled: Number((parts + every - 1n) / every), open: 0 });
        }
      });
      await fc.assert(property, { numRuns: Math.ceil(40 * scale) });
    });

    it('gives back of a bucket no more than it has not been refilled meanwhile', async () => {
      const counter = perMinute(60);
      const id = fresh('r');
      await reserve(id, [{ counter, amount: 10, bound: 20 }]);
      await reserve(fresh('r'), [{ counter, amount: 10, bound: 20 }], start + 6000);
      await store.counters.release({ requestId: id, attempt: 1, now: start + 6000 });
      const take = (amount: number) => reserve(fresh('r'), [{ counter, amount, bound: 20 }], start + 6000);
      expect(await take(11)).toMatchObject({ granted: false });
      expect(await take(10)).toEqual({ granted: true });
    });

    it('adds the sums of a request once, and groups them by what is asked', async () => {
      const at = start + ++last * 10 * hour;
      const row = (team: string, model: string, cost: number) => ({
        labels: { team, model },
        sums: { ...noSums, requests: 1, cost },
      });
      const add = (id: string, rows: readonly ReturnType<typeof row>[], when = at) =>
        store.sums.add({ id, now: start, hour: when, rows });
      const id = fresh('r');
      await add(id, [row('a', 'haiku', 10), row('a', 'opus', 90_071_992_547_409)]);
      await add(id, [row('a', 'haiku', 10)]);
      await add(fresh('r'), [row('b', 'haiku', 5)], at + hour);
      await add(fresh('r'), [row('b', 'haiku', 7)], at + 2 * hour);
      expect(await querySums(store.sums, { since: at, until: at + 2 * hour, by: ['model'] })).toEqual([
        { labels: { model: 'haiku' }, sums: { ...noSums, requests: 2, cost: 15 } },
        { labels: { model: 'opus' }, sums: { ...noSums, requests: 1, cost: 90_071_992_547_409 } },
      ]);
    });

    it('forgets of whom sums were, and not what was used', async () => {
      const at = start + 2000 * hour;
      const user = fresh('user');
      const other = { labels: { key: 'a' }, sums: { ...noSums, requests: 1, cost: 3 } };
      const rows = [{ labels: { key: 'a', user }, sums: { ...noSums, requests: 2, cost: 90_071_992_547_409 } }, other];
      await store.sums.add({ id: fresh('r'), now: start, hour: at, rows });
      expect(await forgetSums(store.sums, 'user', user, at)).toBe(1);
      expect(await forgetSums(store.sums, 'user', user, at)).toBe(0);
      expect(await querySums(store.sums, { since: at, until: at + hour, by: ['key', 'user'] })).toEqual([
        { labels: { key: 'a', user: '' }, sums: { ...noSums, requests: 3, cost: 90_071_992_547_412 } },
      ]);
    });

    it('reads more sums than fit a page', async () => {
      const at = start + 1_000_000 * hour + ++last * 10 * hour;
      const rows = Array.from({ length: 1201 }, (_, index) => ({
        labels: { user: `u${index}` },
        sums: { ...noSums, requests: 1 },
      }));
      await store.sums.add({ id: fresh('r'), now: start, hour: at, rows });
      const [total] = await querySums(store.sums, { since: at, until: at + hour, by: [] });
      expect(total?.sums.requests).toBe(1201);
    });

    it('finds a key by the hashes it has, until it is revoked, and tells that something changed', async () => {
      const name = fresh('key');
      const [first, second] = [fresh('hash'), fresh('hash')];
      const key: VirtualKey = {
        name,
        sha256: first,
        attributes: { team: 'a', models: [], spend: 90_071_992_547_409 },
        createdAt: start,
        expiresAt: null,
        revokedAt: null,
        previous: null,
      };
      const before = await store.keys.version();
      expect(await store.keys.create(key)).toBe(true);
      expect(await store.keys.create(key)).toBe(true);
      expect(await store.keys.create({ ...key, sha256: second })).toBe(false);
      expect(await store.keys.create({ ...key, name: fresh('key') })).toBe(false);
      expect(await store.keys.find(first)).toEqual(key);
      expect(await store.keys.version()).not.toBe(before);
      expect(await store.keys.rotate({ name, sha256: second, at: start, previousUntil: start + 10 })).toBe(true);
      const rotated = await store.keys.find(first);
      expect(rotated).toEqual(await store.keys.find(second));
      expect([start, start + 10].map((now) => rotated && isValid(rotated, first, now))).toEqual([true, false]);
      expect(await store.keys.revoke({ name, at: start })).toBe(true);
      const revoked = await store.keys.find(second);
      expect(revoked && isValid(revoked, second, start)).toBe(false);
      expect((await store.keys.list()).map((found) => found.name)).toContain(name);
      expect(await store.keys.revoke({ name: fresh('key'), at: start })).toBe(false);
    });

    it('lets one claimer send a notice, and another when it failed or died', async () => {
      const notice = fresh('notice');
      const claim = (claimer: string, now: number) =>
        store.notices.claim({ notice, claimer, now, until: now + 100, keepUntil: null });
      expect(await Promise.all(['a', 'b', 'c'].map((claimer) => claim(claimer, start)))).toEqual([true, false, false]);
      expect(await claim('a', start)).toBe(true);
      expect(await claim('b', start + 100)).toBe(true);
      await store.notices.retry({ notice, claimer: 'b', at: start + 150 });
      expect(await claim('c', start + 149)).toBe(false);
      expect(await claim('c', start + 150)).toBe(true);
      await store.notices.sent({ notice, claimer: 'c' });
      expect(await claim('d', start + 10_000)).toBe(false);
    });

    it('has the version of a policy in force that was accepted last, and knows each by its text', async () => {
      const policy = fresh('policy');
      const before = await store.policies.version();
      const [first, second] = [versionOf(policy, 'sha256:1'), versionOf(policy, 'sha256:2')];
      await store.policies.change({ kind: 'serve', version: first, content: 'one' });
      expect(await store.policies.version()).not.toBe(before);
      await store.policies.change({ kind: 'serve', version: second, content: 'two' });
      const known = await store.policies.version();
      // What arrives again changes nothing, be it late.
      await store.policies.change({ kind: 'serve', version: first, content: 'one' });
      expect(await store.policies.version()).toBe(known);
      const { live, versions } = await store.policies.index();
      expect(live[policy]).toBe(second.id);
      expect(versions.filter((version) => version.policy === policy)).toEqual([first, second]);
      expect(await Promise.all([first.id, second.id, 'nobody'].map(store.policies.content))).toEqual([
        'one',
        'two',
        null,
      ]);
    });

    it('tries a version of a policy in the shadow until it is in force, or the trial ends', async () => {
      const policy = fresh('policy');
      const tried = async () => (await store.policies.index()).shadows[policy];
      const shadow = async (digest: string) => {
        const version = versionOf(policy, digest, 'shadow');
        await store.policies.change({ kind: 'shadow', version, content: digest, share: 1000 });
        return { id: version.id, share: 1000 };
      };
      const serve = (digest: string) =>
        store.policies.change({ kind: 'serve', version: versionOf(policy, digest), content: digest });
      const first = await shadow('sha256:1');
      await serve('sha256:2');
      expect(await tried()).toEqual(first);
      await serve('sha256:1');
      expect(await tried()).toBeUndefined();
      await shadow('sha256:3');
      await store.policies.change({ kind: 'end-shadow', policy });
      expect(await tried()).toBeUndefined();
      const known = await store.policies.version();
      await store.policies.change({ kind: 'end-shadow', policy });
      expect(await store.policies.version()).toBe(known);
    });

    it('notes what files say once for each change, and leaves in force what is', async () => {
      const policy = fresh('policy');
      const note = (digest: string) =>
        store.policies.change({ kind: 'note', version: versionOf(policy, digest, 'file'), content: digest });
      for (const digest of ['sha256:1', 'sha256:1', 'sha256:2', 'sha256:1']) await note(digest);
      const { live, versions } = await store.policies.index();
      expect(live[policy]).toBeUndefined();
      const noted = versions.filter((version) => version.policy === policy).map(({ digest }) => digest);
      expect(noted).toEqual(['sha256:1', 'sha256:2', 'sha256:1']);
    });

    it('forgets old versions of policies, with their texts, and none that is in force', async () => {
      const [quiet, busy] = [fresh('policy'), fresh('policy')];
      const kept = versionOf(quiet, 'sha256:kept');
      await store.policies.change({ kind: 'serve', version: kept, content: 'kept' });
      const pushed = Array.from({ length: mostVersions + 5 }, (_, index) => versionOf(busy, `sha256:${index}`));
      for (const version of pushed) await store.policies.change({ kind: 'serve', version, content: 'text' });
      const { versions } = await store.policies.index();
      expect(versions.filter(({ policy }) => policy === busy).length).toBeLessThanOrEqual(mostVersions);
      expect(versions.at(-1)).toEqual(pushed.at(-1));
      expect(await store.policies.content(pushed[0]?.id ?? '')).toBeNull();
      expect(await store.policies.content(kept.id)).toBe('kept');
    });

    it('makes every change of policies that come at once', async () => {
      const policies = Array.from({ length: 5 }, () => fresh('policy'));
      const changes = policies.map((policy) => versionOf(policy, 'sha256:1'));
      await Promise.all(changes.map((version) => store.policies.change({ kind: 'serve', version, content: 'text' })));
      const { live } = await store.policies.index();
      expect(policies.map((policy) => live[policy])).toEqual(changes.map(({ id }) => id));
    });

    it('keeps bytes by scope until their time is over, within its bounds', async () => {
      const scope = fresh('scope');
      const put = (key: string, length: number, ttlMs: number, now = start) =>
        store.cache.put({ scope, key, now, ttlMs, bytes: Uint8Array.from({ length }, (_, index) => index) });
      const get = async (key: string, now = start) => (await store.cache.get({ scope, key, now }))?.length;
      await put('a', 300, 1000);
      await put('b', 300, 2000);
      await put('c', 300, 3000);
      expect(await store.cache.get({ scope: fresh('scope'), key: 'a', now: start })).toBeNull();
      expect((await store.cache.get({ scope, key: 'a', now: start }))?.[255]).toBe(255);
      expect([await get('a', start + 999), await get('a', start + 1000)]).toEqual([300, undefined]);
      await put('d', 600, 4000);
      expect([await get('a'), await get('b'), await get('c'), await get('d')]).toEqual([
        undefined,
        undefined,
        300,
        600,
      ]);
      await put('d', 1001, 4000);
      expect([await get('c'), await get('d')]).toEqual([300, undefined]);
      await store.cache.delete({ scope, key: 'c', now: start });
      expect(await get('c')).toBeUndefined();
    });

    it('takes the change of whoever knew the row as it is, and tells everybody what holds', async () => {
      const name = fresh('model');
      const say = (before: string | null, mark: string, text: string, now = start) =>
        store.health.exchange({ now, changes: [{ name, before, mark, text, keepUntil: start + 1000 }] });
      const texts = async (answer: ReturnType<typeof say>) =>
        (await answer).filter((row) => row.name === name).map(({ mark, text }) => `${mark} ${text}`);
      const awkward = 'a b\n{"c":"ü %s"} ';
      expect(await texts(say(null, 'm1', awkward))).toEqual([`m1 ${awkward}`]);
      expect(await texts(say(null, 'm2', 'too late'))).toEqual([`m1 ${awkward}`]);
      expect(await texts(say('m1', 'm3', 'third'))).toEqual(['m3 third']);
      expect(await texts(say('m1', 'm3', 'said again'))).toEqual(['m3 third']);
      expect(await texts(say('m1', 'm4', 'of an old row'))).toEqual(['m3 third']);
      const [asked, over] = await Promise.all(
        [start + 999, start + 1000].map((now) => store.health.exchange({ now, changes: [] })),
      );
      expect(asked?.some((row) => row.name === name)).toBe(true);
      expect(over?.some((row) => row.name === name)).toBe(false);
      expect(await texts(say(null, 'm5', 'anew'))).toEqual(['m5 anew']);
    });

    it('lets one of many that change a row at once be first', async () => {
      const name = fresh('model');
      const marks = Array.from({ length: 8 }, (_, index) => `mark-${index}`);
      const answers = await Promise.all(
        marks.map((mark) =>
          store.health.exchange({
            now: start,
            changes: [{ name, before: null, mark, text: mark, keepUntil: start + 9 }],
          }),
        ),
      );
      const kept = answers.flat().filter((row) => row.name === name);
      expect(new Set(kept.map(({ mark, text }) => mark + text)).size).toBe(1);
    });
  });
}
