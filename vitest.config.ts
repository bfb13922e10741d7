import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/bench/**'],
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // Most tests wait for a binary that they run.
    maxWorkers: Math.max(2, Math.ceil(availableParallelism() * 1.5)),
    env: { NODE_OPTIONS: `--import ${new URL('test/support/tried-library.mjs', import.meta.url).href}` },
  },
});
