import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagnosticCodes } from '../../src/diagnostics/codes.ts';
import { renderHuman } from '../../src/diagnostics/render/human.ts';
import { expectGolden } from '../support/golden.ts';
import { diagnoseExample, mendExample, pageCodes, readPage } from './page.ts';

const codes = [...diagnosticCodes].sort();
const golden = new URL('../golden/diagnostics/', import.meta.url);

describe('the pages of the diagnostics', () => {
  it('are as many as there are codes', () => {
    expect(pageCodes).toEqual(codes);
  });

  it('have a golden file each, and no golden file is left over', () => {
    expect(readdirSync(golden).sort()).toEqual(codes.map((code) => `${code}.txt`));
  });
});

describe.each(codes)('%s', (code) => {
  const page = readPage(code);

  it('has a short page in the one form', () => {
    expect(page.title).toBe(`# ${code}`);
    expect(page.sentence).toMatch(/^[A-Z`][^.]+\.$/);
    expect(page.headings).toEqual(['Wrong', 'Right', 'Why']);
  });

  it('is what the wrong example says, and reads as its golden file', () => {
    const findings = diagnoseExample(page.wrong);
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    expectGolden(`diagnostics/${code}.txt`, `${findings.map((finding) => renderHuman(finding)).join('\n\n')}\n`);
  });

  it('is mended by its own edits, where it has some', () => {
    const findings = diagnoseExample(page.wrong);
    if (findings.every(({ fix }) => fix === undefined)) return;
    expect(diagnoseExample(mendExample(page.wrong, findings))).toEqual([]);
  });

  it('is mended in the right example, of which nothing is said', () => {
    expect(page.right).not.toEqual([]);
    expect(diagnoseExample(page.right).map((finding) => renderHuman(finding))).toEqual([]);
  });
});

/** What a call that reports something says: its code and, if it is written there, its message, with holes for what varies. */
interface Said {
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

function sources(): string[] {
  const root = new URL('../../', import.meta.url);
  return ['src', 'grammar'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('diagnostics/codes.ts'))
      .map((name) => new URL(`${folder}/${name}`, root).pathname),
  );
}

/** Every call of the form `…('code', place, 'message'`, the message being a text or a template. */
function everythingSaid(): Said[] {
  return sources().flatMap((file) => {
    const calls = readFileSync(file, 'utf8').matchAll(
      /\(\s*'([a-z]+(?:-[a-z]+)*)',\s*(?:[^,'`]|,(?!\s*['`]))*?,\s*(?:'([^'\n]*)'|`((?:[^`\\]|\\.)*)`)/g,
    );
    return [...calls].flatMap(([, code = '', text, template]) => {
      const message = text ?? template?.replace(/\$\{[^}]*\}/g, '…').replaceAll('\\`', '`') ?? '';
      return codes.some((known) => known === code) ? [{ file, code, message }] : [];
    });
  });
}

describe('every code', () => {
  const texts = sources().map((file) => readFileSync(file, 'utf8'));

  it.each(codes)('is reported somewhere: %s', (code) => {
    expect(texts.some((text) => text.includes(`'${code}'`))).toBe(true);
  });
});

describe('a message', () => {
  const said = everythingSaid();

  it('is found in the source, so that the tests below see something', () => {
    expect(new Set(said.map(({ code }) => code)).size).toBeGreaterThan(diagnosticCodes.length / 2);
  });

  it('is said under one code only: two mistakes are told apart', () => {
    const byMessage = Map.groupBy(said, ({ message }) => message);
    const shared = [...byMessage]
      .map(([message, calls]) => ({ message, codes: [...new Set(calls.map(({ code }) => code))] }))
      .filter((entry) => entry.codes.length > 1);
    expect(shared).toEqual([]);
  });

  it('begins in lower case, ends without a period and names nothing of the host language', () => {
    const wrong = said.filter(
      ({ message }) => /^[A-Z]/.test(message) || message.endsWith('.') || /undefined|TypeError|Object\b/.test(message),
    );
    expect(wrong).toEqual([]);
  });
});
