import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, openBrowser, settled, type Tab } from './support/browser.ts';
import { follow } from './support/reading.ts';
import { openFilled } from './support/stores.ts';

interface Alert {
  readonly message: string;
  readonly severity: string;
  readonly type: string;
}

let store: Awaited<ReturnType<typeof openFilled>>;
let browser: Browser;
let tab: Tab;
beforeAll(async () => {
  store = await openFilled();
  browser = await openBrowser();
  tab = await browser.open(`${store.api}/alerts`);
});
afterAll(() => browser[Symbol.asyncDispose]());

const items = () => tab.page.locator('.alert-list > li');
const alerts = async (query: string): Promise<Alert[]> =>
  (await store.get(`/api/v1/alerts?period=30d&limit=100&${query}`)).items;
const show = async (query: string): Promise<void> => {
  await tab.page.goto(`${store.api}/alerts?${query}`);
  await settled(tab.page);
};

describe('alerts', () => {
  it('are told as the API tells them, the latest first', async () => {
    const all = await alerts('');
    expect(all.length).toBeGreaterThan(3);
    expect(await items().count()).toBe(all.length);
    const marks = await items().locator('.alert-mark').allTextContents();
    expect(marks.map((mark) => mark.replace(/^\S+ /, ''))).toEqual(all.map(({ severity }) => severity));
  });

  it.each(['call.denied', 'approval.requested', 'budget.exceeded', 'price.unknown_model'])(
    'are narrowed to %s',
    async (type) => {
      await show('');
      await tab.page.getByLabel('About').selectOption(type);
      await expect.poll(() => new URL(tab.page.url()).searchParams.get('type')).toBe(type);
      const of = await alerts(`type=${type}`);
      await expect.poll(() => items().count()).toBe(of.length);
    },
  );

  it('are narrowed by severity', async () => {
    await show('');
    const all = await alerts('');
    for (const severity of ['critical', 'warning', 'info']) {
      await tab.page.getByRole('group', { name: 'Severity' }).getByRole('button', { name: severity }).click();
      await expect.poll(() => items().count()).toBe(all.filter((alert) => alert.severity === severity).length);
    }
  });

  it('of a budget lead to it, and it tells its own', async () => {
    await show('type=budget.exceeded');
    const link = items().first().getByRole('link').first();
    const href = (await link.getAttribute('href')) ?? '';
    expect(href).toMatch(/^\/budgets\//);
    await follow(tab.page, link);
    const name = decodeURIComponent(new URL(tab.page.url()).pathname.slice('/budgets/'.length));
    expect(await tab.page.locator('h1').textContent()).toContain(name);
    const own = await alerts(`budget=${encodeURIComponent(name)}`);
    expect(own.length).toBeGreaterThan(0);
    await expect.poll(() => items().count()).toBeGreaterThan(0);
    await show(`budget=${encodeURIComponent(name)}`);
    expect(await items().count()).toBe(own.length);
    await tab.page.getByRole('button', { name: `Remove the filter Budget ${name}` }).click();
    await expect.poll(() => new URL(tab.page.url()).searchParams.get('budget')).toBeNull();
  });

  it('are none in a period without any, and it says so', async () => {
    await show('from=2020-01-01&to=2020-02-01');
    expect(await tab.page.locator('.empty').textContent()).toContain('No alert is like that');
  });

  it('broke no rule of the page’s policy', () => {
    expect(tab.faults).toEqual([]);
  });
});
