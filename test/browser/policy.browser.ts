import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, openBrowser, settled, type Tab } from './support/browser.ts';
import { openFilled } from './support/stores.ts';
import { viewsOf } from './support/views.ts';

const FIRST_VIEW_BYTES_MAX = 60_000;

let store: Awaited<ReturnType<typeof openFilled>>;
let browser: Browser;
let tab: Tab;
let views: Readonly<Record<string, string>>;
beforeAll(async () => {
  store = await openFilled();
  views = await viewsOf(store);
  browser = await openBrowser();
  tab = await browser.open(store.api);
});
afterAll(() => browser[Symbol.asyncDispose]());

describe('the page', () => {
  it('keeps to its content security policy in every view, whatever is opened, pointed at or scrolled to', async () => {
    const titles = new Set<string>();
    for (const path of Object.values(views)) {
      await tab.page.goto(store.api + path);
      await settled(tab.page);
      expect(await tab.page.locator('h1').count(), path).toBe(1);
      expect(await tab.page.getByRole('main').count(), path).toBe(1);
      titles.add(await tab.page.title());
      await tab.page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
        scrollTo(0, document.body.scrollHeight);
      });
      for (const button of await tab.page.getByRole('button', { name: /Show as|Expand all|Add a filter/ }).all()) {
        if (await button.isVisible()) await button.click();
      }
      for (const chart of await tab.page.locator('.chart svg').all()) {
        if (await chart.isVisible()) await chart.hover({ force: true });
      }
      expect(tab.faults, path).toEqual([]);
    }
    // Calls and traces are named by what they are, so two of a kind have one title.
    expect(titles.size).toBeGreaterThanOrEqual(Object.keys(views).length - 3);
  });

  it('weighs less than 60 kB compressed until the first view is there', async () => {
    const page = await browser.context.newPage();
    const session = await browser.context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    const sizes = new Map<string, number>();
    const urls = new Map<string, string>();
    session.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url));
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
      sizes.set(new URL(urls.get(requestId) ?? 'http://none/').pathname, encodedDataLength),
    );
    const startMs = Date.now();
    await page.goto(store.api);
    await page.locator('.chart svg').waitFor();
    const chartMs = Date.now() - startMs;
    const files = [...sizes].filter(([path]) => !path.startsWith('/api/'));
    const bytes = files.reduce((sum, [, size]) => sum + size, 0);
    console.log(`first view: ${bytes} bytes compressed in ${files.length} files; first chart after ${chartMs} ms`);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(FIRST_VIEW_BYTES_MAX);
    await page.close();
  });

  it('draws the first chart after one question to the API beside who asks', async () => {
    const page = await browser.context.newPage();
    const answered: string[] = [];
    await page.route('**/api/v1/**', async (route) => {
      const url = new URL(route.request().url());
      const isFirst = url.pathname === '/api/v1/whoami' || url.searchParams.get('group_by') === 'model';
      // Whatever else is asked gets no answer until the chart is there.
      if (!isFirst) await page.locator('.chart svg').waitFor();
      answered.push(url.pathname);
      await route.continue();
    });
    await page.goto(store.api);
    await page.locator('.chart svg').waitFor();
    expect(answered.slice(0, 2).toSorted()).toEqual(['/api/v1/costs', '/api/v1/whoami']);
    await settled(page);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.close();
  });

  it('hands out the same files compressed and not', async () => {
    const index = await (await fetch(store.api)).text();
    const found = [...index.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(found.length).toBeGreaterThan(2);
    const scripts = await Promise.all(found.map(async (path) => [path, await identity(path)] as const));
    const parts = scripts.flatMap(([, text]) =>
      [...text.matchAll(/assets\/[\w-]+\.(?:js|css)/g)].map(([part]) => `/${part}`),
    );
    expect(parts.length).toBeGreaterThan(0);
    for (const path of new Set([...found, ...parts])) {
      const plain = await identity(path);
      for (const encoding of ['br', 'gzip']) {
        // fetch undoes the encoding.
        const response = await fetch(store.api + path, { headers: { 'accept-encoding': encoding } });
        expect(await response.text(), `${path} ${encoding}`).toBe(plain);
      }
    }
  });
});

async function identity(path: string): Promise<string> {
  const response = await fetch(store.api + path, { headers: { 'accept-encoding': 'identity' } });
  expect(response.status, path).toBe(200);
  expect(response.headers.get('content-encoding')).toBeNull();
  return response.text();
}
