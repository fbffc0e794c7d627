import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { diagnosticCodes } from '../../src/diagnostics/codes.ts';
import { runCommand, runMain } from '../support/command.ts';

describe('llmpolicy explain', () => {
  it('prints the page of a code, its examples set in', async () => {
    const { out, err, exitCode } = await runCommand(['explain', 'maybe-missing']);
    expect({ err, exitCode }).toEqual({ err: '', exitCode: 0 });
    expect(out).toContain(
      'maybe-missing\n\nThe policy reads an attribute that a request may lack.\n\nWrong\n\n  deny request',
    );
    expect(out).not.toContain('```');
  });

  it('gives programs the text as it is written', async () => {
    const { out, exitCode } = await runMain('explain', 'no-name', '--format', 'json');
    const { code, text, ...rest } = JSON.parse(out);
    expect({ code, rest, exitCode }).toEqual({ code: 'no-name', rest: {}, exitCode: 0 });
    expect(text).toMatch(/^# no-name\n/);
  });

  it('lists every code with what it means', async () => {
    const { out, exitCode } = await runMain('explain');
    expect(exitCode).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ', 1)[0])).toEqual([...diagnosticCodes].sort());
    for (const line of lines) expect(line).toMatch(/^[a-z-]+ {2,}[A-Z`].*\.$/);
    const json = JSON.parse((await runMain('explain', '--format', 'json')).out);
    expect(json[0]).toEqual({ code: 'always-denied', title: expect.stringMatching(/\.$/) });
  });

  it('suggests the code that was meant', async () => {
    const { out, err, exitCode } = await runMain('explain', 'maybe-mising');
    expect({ out, exitCode }).toEqual({ out: '', exitCode: 2 });
    expect(err).toBe('llmpolicy: no finding has the code `maybe-mising`; did you mean `maybe-missing`?\n');
    expect((await runMain('explain', 'qqqqqqqq')).err).toContain('`llmpolicy explain` lists them all');
  });

  it('is named below the findings of a check, for the first error', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-explain-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    cpSync(fileURLToPath(new URL('../fixtures/acme', import.meta.url)), folder, { recursive: true });
    const { err } = await runCommand(['check', 'org.llmpolicy'], { cwd: folder });
    expect(err).toMatch(/\n1 error\nexplain: llmpolicy explain no-routes\n$/);
  });
});
