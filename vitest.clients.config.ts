import { defineConfig } from 'vitest/config';

/** `npm run test:clients`: what runs the SDKs that people use, which `test/clients` installs at the first run. */
export default defineConfig({
  test: {
    include: ['test/clients/**/*.clients.ts'],
    globalSetup: ['test/support/globalSetup.ts', 'test/clients/support/installSets.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is polled follows a process, a disk or a database; on a busy machine these take more than the second that vitest gives them.
    expect: { poll: { timeout: 15_000 } },
    maxWorkers: 2,
    disableConsoleIntercept: true,
    reporters: ['default', './test/support/closingLine.ts'],
  },
});
