import { defineConfig } from 'vitest/config';

// Half of the tests wait for processes, databases and clocks: on two cores, where Vitest would run one file at a time, three fit.
const maxWorkers = 3;

export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers },
});
