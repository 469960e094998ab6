import { defineConfig } from 'vitest/config';

/** `npm run test:collector`: what needs a Collector, which Go builds at the first run. `soak.mjs` lengthens the last of them. */
export default defineConfig({
  test: {
    include: ['test/collector/**/*.collector.ts', 'test/chaos/**/*.collector.ts'],
    globalSetup: ['test/support/globalSetup.ts', 'test/collector/globalSetup.ts'],
    provide: { chaos: { seconds: 60, seed: 20_261_122 } },
    testTimeout: 600_000,
    hookTimeout: 300_000,
    // What is polled follows a process, a disk or a database; on a busy machine these take more than the second that vitest gives them.
    expect: { poll: { timeout: 15_000 } },
    // Each runs some ten processes: one after the other on a small machine.
    fileParallelism: false,
    disableConsoleIntercept: true,
    reporters: ['default', './test/support/closingLine.ts'],
  },
});
