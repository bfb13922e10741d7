import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/bench/**'],
    testTimeout: 90_000,
    hookTimeout: 120_000,
    env: { NODE_OPTIONS: `--import ${new URL('test/support/tried-library.mjs', import.meta.url).href}` },
  },
});
