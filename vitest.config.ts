import { defineConfig } from 'vitest/config';

// Half of the tests wait for processes, databases and clocks: on two cores, where Vitest would run one file at a time, three fit.
const maxWorkers = 3;

// A test that hangs ends some day; no test that goes on is ended because its machine is slow.
const testTimeout = 240_000;

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout, hookTimeout: testTimeout, maxWorkers },
});
