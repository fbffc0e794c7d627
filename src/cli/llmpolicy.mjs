#!/usr/bin/env node
// The command's entry: in a checkout the TypeScript source runs as it is, in the published package the compiled files do.
import { existsSync } from 'node:fs';

const source = new URL('./main.ts', import.meta.url);
const { main } = await import(
  existsSync(source) ? source.href : new URL('../../dist/src/cli/main.js', import.meta.url).href
);
process.exitCode = await main(process.argv.slice(2));
