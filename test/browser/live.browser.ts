import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, openBrowser, type Tab } from './support/browser.ts';
import { amountOf } from './support/reading.ts';
import { chat, deliver, newTraceId } from './support/spans.ts';
import { openEmpty, type Store } from './support/stores.ts';

let store: Store;
let browser: Browser;
let tab: Tab;
beforeAll(async () => {
  store = await openEmpty();
  await deliver(store, [chat({ traceId: newTraceId() })]);
  browser = await openBrowser();
  tab = await browser.open(store.api);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const sum = () => amountOf(tab.page.locator('.huge'));
const state = () => tab.page.locator('.beat').textContent();

describe('an open page', () => {
  it('moves its figures while spans arrive, without a touch', async () => {
    expect(await sum()).toBe('0.0035');
    expect(await state()).toBe('live');
    for (const [calls, expected] of [
      [1, '0.007'],
      [8, '0.035'],
    ] as const) {
      const traceId = newTraceId();
      await deliver(
        store,
        Array.from({ length: calls }, () => chat({ traceId })),
      );
      await expect.poll(sum).toBe(expected);
    }
    await expect.poll(() => tab.page.getByRole('region', { name: 'Latest calls' }).locator('tbody tr').count()).toBe(6);
  });

  it('asks little while nothing happens: a question or two in three seconds', async () => {
    const asked: string[] = [];
    tab.page.on('request', (request) => asked.push(request.url()));
    const beats = () => asked.filter((url) => url.includes('/api/v1/alerts?period=24h')).length;
    await expect.poll(beats).toBeGreaterThanOrEqual(2);
    expect(asked.length).toBeLessThanOrEqual(2 * beats() + 2);
    tab.page.removeAllListeners('request');
  });

  it('keeps its figures when the service is gone, says since when, and comes back by itself', async () => {
    await store.stop();
    await expect.poll(state).toBe('out of reach');
    const notice = tab.page.locator('.notice');
    expect(await notice.textContent()).toMatch(/Tollgate cannot be reached since \d\d:\d\d/);
    expect(await sum()).toBe('0.035');
    // What was there before stays readable; another view says what failed and offers another try.
    await tab.page.getByRole('navigation').getByRole('link', { name: 'Calls' }).click();
    await tab.page.locator('main .fault').first().waitFor();
    expect(await tab.page.getByRole('button', { name: 'Try again' }).count()).toBeGreaterThan(0);
    await tab.page.goBack();
    await store.restart();
    await expect.poll(state, { timeout: 60_000 }).toBe('live');
    await expect.poll(() => notice.count()).toBe(0);
    await expect.poll(sum).toBe('0.035');
    await deliver(store, [chat({ traceId: newTraceId() })]);
    await expect.poll(sum).toBe('0.0385');
  });

  it('broke no rule of its policy', () => {
    expect(tab.faults).toEqual([]);
  });
});
