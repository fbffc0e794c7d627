#!/usr/bin/env node
// The command's entry: in a checkout the TypeScript source runs as it is, in the published package the compiled files do.
import { existsSync } from 'node:fs';

// Whoever reads what is said may go away, as a pager or a collector of logs does: the rest is lost then, and the work goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const source = new URL('./main.ts', import.meta.url);
const { main } = await import(
  existsSync(source) ? source.href : new URL('../../dist/src/cli/main.js', import.meta.url).href
);
process.exitCode = await main(process.argv.slice(2));
