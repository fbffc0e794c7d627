import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyProgram } from '../../src/compile/program.ts';
import { decide } from '../../src/decide/decide.ts';
import type { Facts } from '../../src/decide/facts.ts';
import { arbitraryScenario } from '../support/arbitrary-rules.ts';
import { compileScenario } from '../support/compile-scenario.ts';
import { runs } from '../support/runs.ts';

const bytes = (program: PolicyProgram, facts: Facts) => JSON.stringify(decide(program, facts));

/** Plain data with the keys of every object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, turned(inner)] as const);
  return Object.fromEntries(entries.reverse());
}

const copied = (program: unknown): PolicyProgram => JSON.parse(JSON.stringify(program));

describe('the same program and the same facts', () => {
  it('give the same bytes, however maps are ordered and whether or not the program was written out', () => {
    fc.assert(
      fc.property(arbitraryScenario, (scenario) => {
        const policy = compileScenario(scenario);
        if (!('requests' in policy)) return;
        for (const facts of policy.requests) {
          const first = bytes(policy.program, facts);
          expect(bytes(policy.program, facts)).toBe(first);
          expect(bytes(policy.program, new Map([...facts].reverse()))).toBe(first);
          expect(bytes(copied(policy.program), facts)).toBe(first);
          expect(bytes(copied(turned(policy.program)), new Map([...facts].sort()))).toBe(first);
        }
      }),
      { numRuns: runs(50) },
    );
  });

  it('give the same bytes in another process', () => {
    const cases = fc.sample(arbitraryScenario, runs(30)).flatMap((scenario) => {
      const policy = compileScenario(scenario);
      if (!('requests' in policy)) return [];
      return policy.requests.map((facts) => ({ program: policy.program, facts }));
    });
    const input = cases.map(({ program, facts }) => JSON.stringify({ program, facts: [...facts] })).join('\n');
    const script = fileURLToPath(new URL('../support/decide-lines.ts', import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], {
      input,
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      env: { TZ: 'Pacific/Auckland', LANG: 'tr_TR.UTF-8', NODE_NO_WARNINGS: '1' },
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, -1)).toEqual(cases.map(({ program, facts }) => bytes(program, facts)));
  });
});
