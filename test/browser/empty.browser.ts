import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, openBrowser, settled, type Tab } from './support/browser.ts';
import { amountOf, follow } from './support/reading.ts';
import { chat, deliver, newTraceId } from './support/spans.ts';
import { openEmpty, type Store } from './support/stores.ts';

const DAY_MS = 86_400_000;

let store: Store;
let browser: Browser;
let tab: Tab;
beforeAll(async () => {
  store = await openEmpty();
  browser = await openBrowser();
  tab = await browser.open(store.api);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const main = () => tab.page.locator('main');

describe('an empty store', () => {
  it('is opened with how to send the first span', async () => {
    const text = (await main().textContent()) ?? '';
    expect(text).toContain('node --require @tollgate/node/register app.js');
    expect(text).toContain('OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318');
    expect(text).toContain('Waiting for the first span…');
  });

  it.each(['explore', 'sessions', 'users', 'calls', 'traces', 'budgets', 'prices', 'alerts', 'approvals'])(
    '/%s says that nothing is here, and nothing fails',
    async (view) => {
      const { page, faults } = await browser.open(`${store.api}/${view}`);
      expect(await page.locator('main h1').count()).toBe(1);
      expect(await page.locator('main .fault').count()).toBe(0);
      expect(((await page.locator('main').textContent()) ?? '').length).toBeGreaterThan(40);
      expect(faults).toEqual([]);
      await page.close();
    },
  );

  it('says that there was nothing in the period where the last call was before it, and leads there', async () => {
    const startMs = Date.now() - 60 * DAY_MS;
    await deliver(store, [chat({ traceId: newTraceId(), startMs })]);
    await tab.page.goto(store.api);
    await settled(tab.page);
    const text = (await main().textContent()) ?? '';
    expect(text).toContain('Nothing was spent');
    expect(text).toContain('60 days ago');
    await follow(tab.page, main().getByRole('link', { name: /^Show/ }));
    await expect.poll(() => amountOf(tab.page.locator('.huge'))).toBe('0.0035');
  });

  it('turns into the overview by itself when a span of now arrives', async () => {
    await tab.page.goto(store.api);
    await settled(tab.page);
    expect(await main().textContent()).toContain('Nothing was spent');
    await deliver(store, [chat({ traceId: newTraceId() })]);
    await expect.poll(() => main().locator('h1').textContent()).toContain('Spent in the last 30 days');
    await expect.poll(() => amountOf(tab.page.locator('.huge'))).toBe('0.0035');
  });

  it('with one call shows it in each view', async () => {
    for (const [path, selector] of [
      ['/explore', 'section[aria-label="Groups"] tbody tr'],
      ['/sessions', 'table tbody tr'],
      ['/calls', 'table tbody tr'],
      ['/models', 'table tbody tr'],
      ['/traces', 'table tbody tr'],
    ] as const) {
      await tab.page.goto(store.api + path);
      await settled(tab.page);
      await expect.poll(() => tab.page.locator(selector).count()).toBe(1);
    }
  });

  it('broke no rule of its policy', () => {
    expect(tab.faults).toEqual([]);
  });
});
