import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A request as it went over the wire, and the type that its vendor's SDK gives it. */
export interface WireRequest {
  readonly label: string;
  readonly type: string;
  readonly body: string;
}

/** What the vendors' types find wrong with the requests; a field that they do not know is wrong. */
export function wrongOnWire(requests: readonly WireRequest[]): readonly string[] {
  const folder = mkdtempSync(join(import.meta.dirname, 'wire-'));
  const file = join(folder, 'requests.ts');
  const lines = requests.map(({ type, body }, index) => `export const request${index}: vendors.${type} = ${body};`);
  writeFileSync(file, `import type * as vendors from '../vendor-types.ts';\n${lines.join('\n')}\n`);
  try {
    execFileSync('tsc', ['--ignoreConfig', ...options, file], { encoding: 'utf8', stdio: 'pipe' });
    return [];
  } catch (error) {
    const said = String((error as { stdout?: unknown }).stdout);
    return said.split('\n').flatMap((line) => {
      const [, number, message] = /\((\d+),\d+\): error (.*)$/.exec(line) ?? [];
      return number === undefined ? [] : [`${requests[Number(number) - 2]?.label ?? line}: ${message}`];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const options = [
  '--allowImportingTsExtensions',
  '--noEmit',
  '--strict',
  '--skipLibCheck',
  '--target',
  'es2024',
  '--module',
  'nodenext',
  '--moduleResolution',
  'nodenext',
  '--types',
  'node',
];
