import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { decide } from '../../src/decide/decide.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { acme, compile, diagnose, findings, policyText } from '../support/acme.ts';
import { arbitraryScenario } from '../support/arbitrary-rules.ts';
import { compileScenario } from '../support/compile-scenario.ts';
import { runs } from '../support/runs.ts';

/** Words, numbers, texts and signs, with the blanks behind them. */
const tokenForm = /[\w-]+\s*|"[^"]*"\s*|[^\w\s]\s*/g;

type Edit = 'delete' | 'duplicate' | 'replace' | 'swap';

const edit: Arbitrary<{ kind: Edit; at: number; other: number }> = fc.record({
  kind: fc.constantFrom<Edit>('delete', 'duplicate', 'replace', 'swap'),
  at: fc.nat(9999),
  other: fc.nat(9999),
});

function change(tokens: readonly string[], { kind, at, other }: { kind: Edit; at: number; other: number }): string[] {
  const place = at % Math.max(1, tokens.length);
  const token = tokens[place] ?? '';
  const found = tokens[other % Math.max(1, tokens.length)] ?? '';
  if (kind === 'delete') return tokens.toSpliced(place, 1);
  if (kind === 'duplicate') return tokens.toSpliced(place, 0, token);
  if (kind === 'replace') return tokens.toSpliced(place, 1, found);
  return tokens.toSpliced(place, 2, tokens[place + 1] ?? '', token);
}

describe('no text makes the compiler throw', () => {
  it('be it any bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(bytes, (any) => {
        diagnose(Buffer.from(any).toString('utf8'));
        diagnose(Buffer.from(any).toString('latin1'));
      }),
      { numRuns: runs(150) },
    );
  });

  it('be it a policy with tokens lost, doubled or put elsewhere; and what still compiles still decides', () => {
    fc.assert(
      fc.property(arbitraryScenario, fc.array(edit, { minLength: 1, maxLength: 6 }), (scenario, edits) => {
        const tokens = scenario.text.match(tokenForm) ?? [];
        const text = edits.reduce<string[]>(change, [...tokens]).join('');
        const policy = compileScenario({ ...scenario, text, facts: [] });
        if ('program' in policy) expect(decide(policy.program, new Map())).toHaveProperty('outcome');
        else expect(policy.length).toBeGreaterThan(0);
      }),
      { numRuns: runs(150) },
    );
  });

  it('be it half a character, written as an escape or as it stands', () => {
    expect(findings('deny request when request.id == "a\\ud800"')).toEqual([['unexpected-character', '"a\\ud800"']]);
    expect(findings('deny request when request.id like "*\\ude00"')).toEqual([['unexpected-character', '"*\\ude00"']]);
    expect(findings('deny request when request.id == "\\ud83d\\ude00"')).toEqual([]);
    expect(findings('deny request when request.id == "a\ud800"')).toEqual([]);
    expect(findings("deny request when request.id == 'a\\ud800'")).toContainEqual(['wrong-spelling', "'a\\ud800'"]);
  });

  it('be it a megabyte of open brackets', () => {
    expect(diagnose('('.repeat(1_000_000))[0]?.code).toBe('nesting-too-deep');
    expect(diagnose(policyText(`deny request when ${'('.repeat(1_000_000)}`))[0]?.code).toBe('nesting-too-deep');
  });

  it('be it a condition that goes on and on', () => {
    const often = (text: string) => text.repeat(runs(10_000));
    expect(diagnose(policyText(`deny request when ${often('not ')} request.stream`))[0]?.code).toBe('nesting-too-deep');
    expect(diagnose(policyText(`${')'.repeat(500)} deny request when ${'not ('.repeat(500)}`))[0]?.code).toBe(
      'nesting-too-deep',
    );
    for (const long of [
      `deny request when request.stream ${often('and request.has_tools ')}`,
      `deny request when request.user ${often('?? caller.user ')} ?? "x" == "y"`,
      `routes { otherwise use haiku ${often('then haiku ')} }`,
    ]) {
      expect(decide(compile(long).program, new Map())).toMatchObject({ outcome: 'plan' });
    }
  });

  it('be it a thousand files that extend one another', () => {
    const file = (index: number) =>
      createSource(`f${index}`, `edition 2026 policy "p${index}" extends "./f${index + 1}"`);
    const { diagnostics } = compileSource(file(0), acme.environment, ({ name }) => file(Number(name.slice(1)) + 1));
    expect(diagnostics.map(({ code }) => code)).toEqual(['bad-parent', 'no-routes']);
  });

  it('be it names in other scripts', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(names, names, (name, other) => {
        diagnose(
          policyText(
            `let ${name} = { haiku }\nroutes { route ${other} when request.stream use ${name} otherwise use haiku }`,
          ),
        );
        diagnose(policyText(`let \`${name}\` = { haiku }\nroutes { otherwise use \`${name}\` }`));
        diagnose(policyText(`tag \`${name}\` = ${JSON.stringify(other)}`));
      }),
      { numRuns: runs(80) },
    );
  });
});

describe('a text', () => {
  it('means the same with Windows line ends and a byte-order mark', () => {
    fc.assert(
      fc.property(arbitraryScenario, (scenario) => {
        const [plain, other] = [scenario, { ...scenario, text: `\uFEFF${scenario.text.replaceAll('\n', '\r\n')}` }].map(
          (written) => compileScenario(written),
        );
        const digest = (policy: typeof plain) => (policy && 'program' in policy ? policy.program.digest : undefined);
        expect(digest(other)).toBe(digest(plain));
      }),
      { numRuns: runs(25) },
    );
  });

  it('may hold a name of any script in back-quotes', () => {
    const { program } = compile('tag `équipe` = "ä"\nlet `模型` = { opus }\nroutes { otherwise use `模型` }');
    const { attempts, obligations } = decide(program, new Map());
    expect(attempts.map(({ model }) => model)).toEqual(['opus']);
    expect(obligations.tags).toEqual({ équipe: 'ä' });
  });

  /** At `LLMPOLICY_TEST_SCALE=5` a hundred thousand. */
  const length = runs(20_000);

  it(`may be ${length} rules long`, () => {
    const rules = Array.from({ length }, (_, index) => `deny request when request.input_tokens == ${index + 1} tok`);
    const { value } = compileSource(createSource('long.llmpolicy', policyText(rules.join('\n'))), acme.environment);
    if (!value) throw new Error('a long policy compiles');
    expect(decide(value.program, new Map([['request.input_tokens', length - 7]])).reject?.rules).toEqual([
      `deny-${length - 7}`,
    ]);
  });
});
