import { defineConfig } from 'vitest/config';

// Suites that need a build step or a machine part of their own have their own commands; this one needs Node and npm alone.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/globalSetup.ts'],
    // Against what hangs: the longest take some ten seconds, and four times as long beside other work.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // What is polled follows a process, a disk or a database; on a busy machine these take more than the second that vitest gives them.
    expect: { poll: { timeout: 15_000 } },
    maxWorkers: 2,
    reporters: ['default', './test/support/closingLine.ts'],
  },
});
