import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';

const module = new URL('../../src/telemetry/standard-output.ts', import.meta.url).href;

/** The arguments with which Node runs these lines. */
function nodeRuns(body: string): readonly string[] {
  const program = `import { standardOutput } from '${module}'; const output = standardOutput(); ${body}`;
  return ['--input-type=module', '--eval', program];
}

const lengths = [0, 1, 700, 15_999, 16_000, 40_000, 3];

it.each([
  ['leaves with a code', 'process.exit(0)'],
  ['has nothing more to do', ''],
])('every line comes out, in order and in whatever script, of a process that %s', (_, end) => {
  const body = `for (let round = 0; round < 20; round++)
      for (const length of [${lengths}]) output.write(String(round) + '日é😀' + 'x'.repeat(length) + '\\n');`;
  const expected = Array.from({ length: 20 }, (_, round) =>
    lengths.map((length) => `${round}日é😀${'x'.repeat(length)}\n`).join(''),
  ).join('');
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  expect(execFileSync(process.execPath, nodeRuns(`${body} ${end}`), options) === expected).toBe(true);
});

it('a line comes out by itself while the process goes on', async () => {
  const child = spawn(process.execPath, nodeRuns("output.write('here\\n'); setInterval(() => {}, 1000);"));
  onTestFinished(() => void child.kill());
  const [said] = await once(child.stdout.setEncoding('utf8'), 'data');
  expect(said).toBe('here\n');
});
