import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/**/*.test.{ts,tsx}'], exclude: ['test/bench/**'], testTimeout: 90_000, hookTimeout: 120_000 },
});
