import { defineConfig } from 'vitest/config';

/** `npm run test:browser`: the page in a real Chromium, over the compiled service. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.ts'],
    // Draws what the others look at anyway, for `npm run docs:screenshots`.
    exclude: process.env['TOLLGATE_SCREENSHOTS'] === undefined ? ['test/browser/screenshots.browser.ts'] : [],
    globalSetup: ['test/support/globalSetup.ts', 'test/browser/globalSetup.ts'],
    // Against what hangs: the longest take a minute, and twice as long beside other work.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // What a page shows follows its answers; on a busy machine these take a while.
    expect: { poll: { timeout: 15_000 } },
    // Each runs a browser and mostly waits for it or for a service.
    maxWorkers: 2,
    disableConsoleIntercept: true,
    reporters: ['default', './test/support/closingLine.ts'],
  },
});
