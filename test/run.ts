// Everything that must hold, in one command: types, style, layers, unused code, tests. Its last line counts them.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

function run(command: string, words: readonly string[], quiet: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, words, {
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let said = '';
    child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (said += data.toString()));
    child.on('close', (status) => {
      if (status !== 0) process.stdout.write(said);
      resolve(status === 0);
    });
  });
}

async function check(script: string): Promise<Count> {
  const holds = await run('npm', ['run', '--silent', script], true);
  process.stdout.write(`${holds ? '✓' : '✗'} ${script}\n`);
  return { passed: holds ? 1 : 0, failed: holds ? 0 : 1, skipped: 0 };
}

interface VitestReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
}

/** Runs the tests. A file that could not even be loaded counts as a failure of its own. */
async function tests(): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'llmpolicy-test-'));
  const file = join(folder, 'report.json');
  try {
    const holds = await run('vitest', ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`], false);
    const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = report;
    const failed = holds || numFailedTests > 0 ? numFailedTests : 1;
    return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const scripts = ['check:types', 'check:style', 'check:layers', 'check:unused'];
const counts: Count[] = [];
counts.push(...(await Promise.all(scripts.map(check))));
counts.push(await tests());

const sum = (key: keyof Count): number => counts.reduce((total, count) => total + count[key], 0);
const skipFails = process.env['CI'] === 'true' && sum('skipped') > 0;
if (skipFails) process.stdout.write('CI=true: a skipped test is a failure\n');
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
process.exitCode = sum('failed') > 0 || skipFails ? 1 : 0;
