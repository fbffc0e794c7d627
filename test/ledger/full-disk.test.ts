import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLedger } from '../../src/assemble-ledger.ts';
import { openJsonlLedger } from '../../src/ledger/jsonl/ledger.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { StoreTooNew, StoreUnavailable } from '../../src/stores/store.ts';
import { sampleEntry } from '../support/sample-entry.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-full-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const everything = { filter: {}, since: 0, until: Date.UTC(2027, 0, 1), size: 200, after: null };

describe('a ledger on a full disk', () => {
  it('says so for what it cannot keep, and has no half entry', async () => {
    const ledger = await openSqliteLedger({ file: join(newFolder(), 'ledger.db'), maxPages: 40 });
    const entries = Array.from({ length: 150 }, () => sampleEntry());
    const answers = await Promise.allSettled(entries.map((entry) => ledger.begin(entry)));
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) {
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect(error.reason).toBe('full');
      expect(error.message).toMatch(/^the ledger sqlite:.*its disk is full: make room, or move the file$/);
    }
    const kept = entries.filter((_, index) => answers[index]?.status === 'fulfilled').map(({ id }) => id);
    const page = await ledger.page(everything);
    expect(page.entries.map(({ id }) => id).sort()).toEqual(kept.sort());
    for (const entry of page.entries) expect(entry.facts).toEqual({ 'request.model': 'auto' });
    await ledger.close();
  });
});

describe('a ledger with too much to do', () => {
  it('refuses what it cannot hold, and keeps the rest', async () => {
    const folder = newFolder();
    for (const ledger of [
      await openSqliteLedger({ file: join(folder, 'ledger.db'), mostWaiting: 5 }),
      await openJsonlLedger({ folder: join(folder, 'lines'), mostWaiting: 5 }),
    ]) {
      const answers = await Promise.allSettled(Array.from({ length: 50 }, () => ledger.begin(sampleEntry())));
      const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason.reason] : []));
      expect(refused.length).toBeGreaterThan(30);
      expect(new Set(refused)).toEqual(new Set(['busy']));
      expect((await ledger.page(everything)).entries.length).toBe(50 - refused.length);
      await ledger.close();
    }
  });
});

describe('opening a ledger', () => {
  it('refuses one that a newer version wrote', async () => {
    const file = join(newFolder(), 'ledger.db');
    const database = new DatabaseSync(file);
    database.exec('pragma user_version = 99');
    database.close();
    const refused = await createLedger(`sqlite:${file}`, '.').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StoreTooNew);
    expect(String(refused)).toContain(`the ledger sqlite:${file} has schema 99`);
  });
});
