import { defineConfig } from 'vitest/config';

/** `npm run test:clients`: what runs the SDKs that people use, which `test/clients` installs at the first run. */
export default defineConfig({
  test: {
    include: ['test/clients/**/*.clients.ts'],
    globalSetup: ['test/support/globalSetup.ts', 'test/clients/support/installSets.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    disableConsoleIntercept: true,
    reporters: ['default', './test/support/closingLine.ts'],
  },
});
