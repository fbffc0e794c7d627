import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntryFilter, Ledger } from '../../src/ledger/ledger.ts';
import type { EntryEnd, KeptEntry } from '../../src/ledger/ledger-entry.ts';
import { sampleEntry } from '../support/sample-entry.ts';

const noon = Date.UTC(2026, 0, 5, 12);
const dayMs = 86_400_000;
const served = (id: string, parts: Partial<EntryEnd> = {}): EntryEnd => ({
  id,
  state: 'served',
  endedAt: noon + 1000,
  modelServed: 'echo',
  cost: 18_000,
  ...parts,
});

async function readAll(ledger: Ledger, filter: EntryFilter = {}, size = 200): Promise<readonly KeptEntry[]> {
  const entries: KeptEntry[] = [];
  let after: string | null = null;
  do {
    const page = await ledger.page({ filter, since: 0, until: noon + 365 * dayMs, size, after });
    expect(page.entries.length).toBeLessThanOrEqual(size);
    entries.push(...page.entries);
    after = page.next;
  } while (after !== null);
  return entries;
}

const idsOf = (entries: readonly KeptEntry[]) => entries.map(({ id }) => id);

/** What every ledger does. `open` may be asked several times for one place, as several processes do. */
export function describeLedger(kind: string, open: (folder: string) => Promise<Ledger>): void {
  describe(`a ledger of kind ${kind}`, () => {
    let folder: string;
    let ledger: Ledger;
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'llmpolicy-ledger-'));
      ledger = await open(join(folder, 'new'));
    });
    afterEach(async () => {
      await ledger.close();
      rmSync(folder, { recursive: true });
    });

    it('keeps an entry as it began, and with what was known at its end', async () => {
      const entry = sampleEntry();
      await ledger.begin(entry);
      expect(await readAll(ledger)).toEqual([{ ...entry, feedback: [] }]);
      await ledger.end(served(entry.id));
      expect(await readAll(ledger)).toEqual([{ ...entry, ...served(entry.id), feedback: [] }]);
    });

    it('keeps an entry once, however often it is told', async () => {
      const entry = sampleEntry();
      await ledger.begin(entry);
      await ledger.begin(entry);
      await ledger.end(served(entry.id));
      await ledger.end(served(entry.id));
      await ledger.begin(entry);
      expect(await readAll(ledger)).toMatchObject([{ id: entry.id, state: 'served' }]);
    });

    it('is read by another process, and after it was closed', async () => {
      const entry = sampleEntry();
      await ledger.begin(entry);
      await ledger.end(served(entry.id));
      const other = await open(join(folder, 'new'));
      expect(idsOf(await readAll(other))).toEqual([entry.id]);
      await ledger.close();
      expect(idsOf(await readAll(other))).toEqual([entry.id]);
      ledger = other;
    });

    it('gives entries newest first, in pages of any size, each once', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 3 * dayMs }), { minLength: 1, maxLength: 12 }),
          fc.integer({ min: 1, max: 5 }),
          async (times, size) => {
            const key = `key-${Math.random()}`;
            const entries = times.map((time) => sampleEntry({ key, startedAt: noon + time }));
            for (const entry of entries) await ledger.begin(entry);
            const found = await readAll(ledger, { key }, size);
            expect(idsOf(found).toSorted()).toEqual(entries.map(({ id }) => id).toSorted());
            const instants = found.map(({ startedAt }) => startedAt);
            expect(instants).toEqual(instants.toSorted((a, b) => b - a));
          },
        ),
        { numRuns: 10 },
      );
    });

    it('filters by key, team, user, model and state', async () => {
      const entries = [
        sampleEntry({ id: 'one', key: 'a', team: 'x', user: 'u' }),
        sampleEntry({ id: 'two', key: 'b', team: 'x', claimedUser: 'u' }),
        sampleEntry({ id: 'three', key: 'b', team: null }),
      ];
      for (const entry of entries) await ledger.begin(entry);
      await ledger.end(served('two', { modelServed: 'opus' }));
      const found = async (filter: EntryFilter) => idsOf(await readAll(ledger, filter)).toSorted();
      expect(await found({ key: 'b' })).toEqual(['three', 'two']);
      expect(await found({ team: 'x' })).toEqual(['one', 'two']);
      expect(await found({ user: 'u' })).toEqual(['one', 'two']);
      expect(await found({ model: 'opus' })).toEqual(['two']);
      expect(await found({ state: 'open' })).toEqual(['one', 'three']);
      expect(await found({ key: 'b', state: 'served' })).toEqual(['two']);
    });

    it('keeps feedback beside the newest entry of a request id, for its own key and the administrator', async () => {
      const older = sampleEntry({ requestId: 'mine', startedAt: noon });
      const newer = sampleEntry({ requestId: 'mine', startedAt: noon + 1 });
      await ledger.begin(older);
      await ledger.begin(newer);
      const said = { requestId: 'mine', at: noon + 2, score: 0.5, label: 'good' };
      expect(await ledger.rate({ ...said, key: 'dev' })).toBe('kept');
      expect(await ledger.rate({ ...said, key: null, score: 1 })).toBe('kept');
      expect(await ledger.rate({ ...said, key: 'other' })).toBe('unknown');
      expect(await ledger.rate({ ...said, requestId: 'none', key: 'dev' })).toBe('unknown');
      const [first, second] = await readAll(ledger);
      expect(first?.feedback.map(({ score, label }) => [score, label])).toEqual([
        [0.5, 'good'],
        [1, 'good'],
      ]);
      expect(second?.feedback).toEqual([]);
    });

    it('keeps twenty words of feedback, and no more', async () => {
      await ledger.begin(sampleEntry({ requestId: 'much' }));
      const said = { requestId: 'much', key: 'dev', at: noon, score: 1, label: null };
      for (let times = 0; times < 20; times++) expect(await ledger.rate(said)).toBe('kept');
      expect(await ledger.rate(said)).toBe('full');
    });

    it('ends what a dead process left open whose clock was ahead', async () => {
      const dead = await open(join(folder, 'new'));
      const ahead = noon + 300 * 86_400_000;
      await dead.tend({ now: ahead, leaseMs: 1000, keepMs: null });
      await dead.begin(sampleEntry({ id: 'ahead', startedAt: ahead }));
      for (let more = true; more; ) {
        more = (await ledger.tend({ now: noon, leaseMs: 10_000, keepMs: null })).more;
      }
      expect(idsOf(await readAll(ledger, { state: 'interrupted' }))).toContain('ahead');
    });

    it('ends what dead processes left open, and nothing of those that live', async () => {
      const dead = await open(join(folder, 'new'));
      await dead.tend({ now: noon, leaseMs: 1000, keepMs: null });
      await ledger.tend({ now: noon, leaseMs: 10_000, keepMs: null });
      await dead.begin(sampleEntry({ id: 'left' }));
      await ledger.begin(sampleEntry({ id: 'living' }));
      await ledger.tend({ now: noon + 500, leaseMs: 10_000, keepMs: null });
      expect(idsOf(await readAll(ledger, { state: 'open' })).toSorted()).toEqual(['left', 'living']);
      for (let more = true; more; ) {
        more = (await ledger.tend({ now: noon + 2000, leaseMs: 10_000, keepMs: null })).more;
      }
      expect(await readAll(ledger, { state: 'interrupted' })).toMatchObject([{ id: 'left', endedAt: noon + 2000 }]);
      expect(idsOf(await readAll(ledger, { state: 'open' }))).toEqual(['living']);
      // It was only slow: what it knows counts.
      await dead.end(served('left'));
      expect(idsOf(await readAll(ledger, { state: 'served' }))).toEqual(['left']);
      await dead.close();
    });

    it('removes what is old, a step at a time', async () => {
      for (let day = 0; day < 5; day++) {
        await ledger.begin(sampleEntry({ id: `day ${day}`, startedAt: noon + day * dayMs }));
      }
      const later = { now: noon + 5 * dayMs, leaseMs: 0, keepMs: 2.5 * dayMs };
      for (let more = true; more; ) more = (await ledger.tend(later)).more;
      expect(idsOf(await readAll(ledger))).toEqual(['day 4', 'day 3']);
      await ledger.tend({ ...later, now: noon + 500 * dayMs, keepMs: null });
      expect(idsOf(await readAll(ledger))).toEqual(['day 4', 'day 3']);
    });

    it('forgets a user, and goes on keeping', async () => {
      const other = await open(join(folder, 'new'));
      await ledger.begin(sampleEntry({ id: 'own', user: 'u', requestId: 'own' }));
      await ledger.begin(sampleEntry({ id: 'claimed', claimedUser: 'u' }));
      await ledger.begin(sampleEntry({ id: 'others', user: 'v' }));
      await ledger.end(served('own'));
      expect(await other.forget('u')).toEqual({ forgotten: 2, more: false });
      await ledger.end(served('others'));
      await ledger.begin(sampleEntry({ id: 'after', startedAt: noon + 1 }));
      expect(idsOf(await readAll(other))).toEqual(['after', 'others']);
      expect(await readAll(other, { state: 'served' })).toMatchObject([{ id: 'others' }]);
      expect(await ledger.rate({ requestId: 'own', key: null, at: noon, score: 1, label: null })).toBe('unknown');
      await other.close();
    });

    it('keeps what became of a notice', async () => {
      const notice = {
        notice: 'n',
        at: noon,
        state: 'failed' as const,
        channel: 'spend',
        budget: 'b',
        threshold: '80%',
        each: { 'caller.team': 'a' },
        tries: 8,
        error: 'the receiver answered 500',
      };
      await ledger.notice(notice);
      const sent = { ...notice, at: noon + 1, state: 'sent' as const, error: null };
      await ledger.notice(sent);
      expect(await ledger.notices()).toEqual([sent]);
    });
  });
}
