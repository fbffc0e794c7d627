import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { PolicyProgram } from '../../src/compile/program.ts';
import { buildTables } from '../../src/compile/tables.ts';
import { decide } from '../../src/decide/decide.ts';
import { startProgram } from '../support/command.ts';
import type { Way } from '../support/disagreements.ts';
import { runBatch } from './batch.ts';

const script = fileURLToPath(new URL('run.ts', import.meta.url));

describe('npm run test:deep', () => {
  it('says how many cases of how many policies it tried, and that all evaluators agree', async () => {
    const environment = { LLMPOLICY_TEST_SCALE: '0.0002' };
    const { exitCode, out, err } = await startProgram(process.execPath, [script, '--seed', '5'], { environment }).ended;
    expect(err).toBe('');
    const numberAfter = (words: string) =>
      Number(new RegExp(`${words}: ([\\d,]+)`).exec(out)?.[1]?.replaceAll(',', ''));
    expect(numberAfter('cases, a policy with the facts of one request')).toBeGreaterThanOrEqual(200);
    expect(numberAfter('different policies, by digest')).toBeGreaterThanOrEqual(4);
    expect(out).toMatch(/^seed 5, \d+ s: all agree$/m);
    expect(exitCode).toBe(0);
  });
});

/** Takes «at least» for «more than», as a slip of the pen would. */
const mistaken: Way = {
  name: 'an evaluator with a mistake',
  prepare: (program) => {
    const slipped: PolicyProgram = JSON.parse(JSON.stringify(program).replaceAll('"relation":">="', '"relation":">"'));
    const wrong = { ...slipped, tables: buildTables(slipped) };
    return (facts) => decide(wrong, facts);
  },
};

describe('an evaluator that decides otherwise', () => {
  it('is found, and shown by a policy that fits on a screen, its facts, and what differs', () => {
    const { failure } = runBatch(9, 200, [mistaken]);
    expect(failure).toContain('── an evaluator with a mistake');
    expect(failure).toMatch(/: the meaning says .*, this says /);
    expect(failure).toMatch(/^seed 9, path [\d:]+$/m);
    const [, policy = '', , facts = ''] = failure?.split(/^── .*\n/m) ?? [];
    expect(policy).toContain('>=');
    expect(policy.split('\n').length, policy).toBeLessThan(20);
    expect(facts.split('\n').length, facts).toBeLessThan(8);
  });
});
