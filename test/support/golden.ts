import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

const folder = new URL('../golden/', import.meta.url);

/** A text as its golden file has it. `LLMPOLICY_UPDATE=1` writes the file anew: read it then as a user would. */
export function expectGolden(name: string, text: string): void {
  const file = new URL(name, folder);
  if (process.env['LLMPOLICY_UPDATE']) writeFileSync(file, text);
  expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '');
}
