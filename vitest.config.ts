import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const slow = 'test/**/*.slow.test.ts';

export default defineConfig({
  test: {
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // Tests wait for binaries and terminals that they run.
    maxWorkers: Math.max(2, Math.ceil(availableParallelism() * 1.5)),
    env: { NODE_OPTIONS: `--import ${new URL('test/support/tried-library.mjs', import.meta.url).href}` },
    projects: [
      // Its files share the modules that they load, in one process for each worker.
      { extends: true, test: { name: 'fast', include: ['test/**/*.test.{ts,tsx}'], exclude: [slow], isolate: false } },
      // Long trials.
      { extends: true, test: { name: 'slow', include: [slow], isolate: false } },
    ],
  },
});
