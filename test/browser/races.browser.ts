import type { Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, openBrowser, settled } from './support/browser.ts';
import { openEmpty, openFilled, type Store } from './support/stores.ts';

let store: Awaited<ReturnType<typeof openFilled>>;
let own: Store;
let browser: Browser;
beforeAll(async () => {
  store = await openFilled();
  own = await openEmpty();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await own[Symbol.asyncDispose]();
});

interface Held {
  /** Resolves when the first one is asked. */
  readonly asked: Promise<void>;
  readonly letGo: () => void;
}

/** Keeps back the answers to the questions that match until told otherwise. */
async function hold(page: Page, isHeld: (url: URL, method: string) => boolean): Promise<Held> {
  let letGo = (): void => undefined;
  let tell = (): void => undefined;
  const asked = new Promise<void>((resolve) => (tell = resolve));
  const open = new Promise<void>((resolve) => (letGo = resolve));
  await page.route('**/api/v1/**', async (route: Route) => {
    const request = route.request();
    if (!isHeld(new URL(request.url()), request.method())) return route.fallback();
    const response = await route.fetch();
    tell();
    await open;
    // The page may have given the question up.
    return route.fulfill({ response }).catch(() => undefined);
  });
  return { asked, letGo };
}

const rows = (page: Page) => page.locator('.calls-list tbody tr:not(.spacer)');
const names = (page: Page) => rows(page).evaluateAll((all) => all.map((row) => row.querySelector('a')?.href));

describe('an answer that comes late', () => {
  it('to "Show more" does not replace the list that was asked for after it', async () => {
    const { page, faults } = await browser.open(`${store.api}/calls`);
    const more = await hold(page, (url) => url.searchParams.has('cursor'));
    await page.getByRole('button', { name: 'Show more' }).click();
    await more.asked;
    await page.getByRole('button', { name: 'Cost', exact: true }).click();
    await expect.poll(() => page.locator('th[aria-sort="descending"]').textContent()).toContain('Cost');
    await settled(page);
    const { items } = await store.get('/api/v1/calls?period=30d&sort=-cost_usd&limit=1');
    const first = `${store.api}/calls/${items[0].trace_id}/${items[0].span_id}`;
    await expect.poll(async () => (await names(page))[0]).toBe(first);
    more.letGo();
    await page.waitForLoadState('networkidle');
    expect((await names(page))[0]).toBe(first);
    expect(await rows(page).count()).toBe(50);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('to "Show more" that was clicked twice brings each row once', async () => {
    const { page } = await browser.open(`${store.api}/explore?by=session`);
    const groups = page.getByRole('region', { name: 'Groups' }).locator('tbody tr:not(.spacer)');
    await expect.poll(() => groups.count()).toBe(100);
    const more = await hold(page, (url) => url.searchParams.has('cursor'));
    await page.getByRole('button', { name: 'Show more' }).dblclick();
    await more.asked;
    more.letGo();
    await expect.poll(() => groups.count()).toBeGreaterThan(100);
    const sessions = await groups.evaluateAll((all) => all.map((row) => row.querySelector('td')?.textContent));
    expect(new Set(sessions).size).toBe(sessions.length);
    await page.close();
  });

  it('never leaves the sum of one period under the name of another', async () => {
    const { page } = await browser.open(`${store.api}/sessions?period=30d`);
    const lead = page.locator('.lead').first();
    await expect.poll(() => lead.textContent()).toContain('in the last 30 days');
    await page.route('**/api/v1/costs?**period=7d**', (route) =>
      route.fulfill({ status: 503, json: { code: 'busy' } }),
    );
    await page.getByRole('button', { name: '7 d' }).click();
    await expect.poll(async () => (await lead.textContent())?.trim()).toBe('');
    await page.close();
  });

  it('with the code of a view does not hold up the view after it', async () => {
    const { page, faults } = await browser.open(`${store.api}/calls`);
    await page.getByRole('link', { name: 'Budgets' }).click();
    await expect.poll(() => page.locator('main h1').textContent()).toBe('Budgets');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    expect(faults).toEqual([]);
    await page.close();
  });
});

describe('a chart under the pointer', () => {
  it('takes a period of fewer bars', async () => {
    const { page, faults } = await browser.open(`${store.api}/?period=90d`);
    const place = await page.locator('.chart-cursor').boundingBox();
    if (place === null) throw new Error('expected a chart');
    await page.mouse.move(place.x + place.width - 6, place.y + 50);
    await expect.poll(() => page.locator('.chart-reading strong').count()).toBe(1);
    await page.evaluate(() => document.querySelectorAll<HTMLElement>('[aria-label="Period"] button')[1]?.click());
    await expect.poll(() => page.locator('main h1').textContent()).toBe('Spent in the last 7 days');
    // Eight days are touched as a rule; in the week in which summer time begins or ends, by night, nine or seven.
    const { series } = await store.get('/api/v1/costs?period=7d&interval=day&timezone=Europe/Berlin');
    await expect.poll(() => page.locator('.chart-cursor').getAttribute('max')).toBe(String(series.length - 1));
    expect(faults).toEqual([]);
    await page.close();
  });
});

describe('an export that breaks off', () => {
  it('says so, and saves nothing', async () => {
    const { page, faults } = await browser.open(`${store.api}/explore`);
    await page.evaluate(() => {
      Response.prototype.blob = () => Promise.reject(new TypeError('network error'));
    });
    await page.getByRole('button', { name: 'Every call, CSV' }).click();
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('broke off');
    expect(faults).toEqual([]);
    await page.close();
  });
});

describe('two who change the same budget', () => {
  const budget = { window: 'day', limit: { usd: '5' } };
  const definition = async () => (await own.get('/api/v1/budgets')).items[0].definition;

  it('do not overwrite each other: the later one is told', async () => {
    await own.change('PUT', '/api/v1/budgets/shared', budget);
    const { page } = await browser.open(`${own.api}/budgets/shared`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await own.change('PUT', '/api/v1/budgets/shared', { ...budget, limit: { usd: '7' } });
    await page.getByRole('textbox', { name: 'Limit', exact: true }).fill('6');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('somebody else changed this budget');
    expect((await definition()).limit).toEqual({ usd: '7' });
    expect(await page.getByRole('textbox', { name: 'Limit', exact: true }).inputValue()).toBe('6');
    await page.close();
  });

  it('may pause what somebody else changed: only the mode is another', async () => {
    const { page } = await browser.open(`${own.api}/budgets/shared`);
    await own.change('PUT', '/api/v1/budgets/shared', { ...budget, limit: { usd: '8' } });
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(await definition()).toMatchObject({ mode: 'shadow', limit: { usd: '8' } });
    await page.close();
  });

  it('are not called back to a budget they left while it was made', async () => {
    const { page } = await browser.open(`${own.api}/budgets`);
    const put = await hold(page, (_, method) => method === 'PUT');
    await page.getByRole('button', { name: 'New budget' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('left-behind');
    await page.getByRole('textbox', { name: 'Limit', exact: true }).fill('1');
    await page.getByRole('button', { name: 'Make this budget' }).click();
    await put.asked;
    await page.keyboard.press('Escape');
    put.letGo();
    await page.getByRole('link', { name: 'left-behind' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/budgets');
    await page.close();
  });
});

describe('what would change since one day', () => {
  it('is not what is applied since another', async () => {
    const { page } = await browser.open(`${store.api}/prices/openai/gpt-4o-mini-2024-07-18`);
    await page.getByRole('button', { name: 'Price stored calls anew' }).click();
    const asking = await hold(page, (url) => url.pathname === '/api/v1/reprice');
    await page.getByRole('button', { name: 'What would change?' }).click();
    await asking.asked;
    await page.getByLabel('Calls since').fill('2026-01-01');
    asking.letGo();
    await expect.poll(() => page.locator('form.repricing').getAttribute('aria-busy')).toBe('false');
    expect(await page.locator('form.repricing output').textContent()).toBe('');
    expect(await page.getByRole('button', { name: 'Price these calls anew' }).count()).toBe(0);
    await page.close();
  });
});

describe('the focus', () => {
  it('stays beside what it took away', async () => {
    const { page } = await browser.open(`${store.api}/calls?agent=support-bot&model=gpt-4o`);
    await page.getByRole('button', { name: 'Remove the filter Agent support-bot' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.chip').count()).toBe(1);
    const here = await page.evaluate(() => document.activeElement?.closest('.filters') !== null);
    expect(here).toBe(true);
    await page.close();
  });
});
