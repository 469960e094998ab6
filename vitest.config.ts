import { defineConfig } from 'vitest/config';

// Suites that need a build step or a machine part of their own have their own commands; this one needs Node and npm alone.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/globalSetup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    reporters: ['default', './test/support/closingLine.ts'],
  },
});
