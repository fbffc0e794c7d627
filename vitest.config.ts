import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Half of the tests wait for processes, databases and clocks: on two cores, where Vitest would run one file at a time, three fit.
const maxWorkers = 3;

// What one file has loaded is there for the next; each puts away what is its own.
const isolate = false;

// Compiled once, not by each of the many processes of the tests.
const env = { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)) };

// A test that hangs ends some day; no test that goes on is ended because its machine is slow.
const testTimeout = 240_000;

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout, hookTimeout: testTimeout, maxWorkers, isolate, env },
});
