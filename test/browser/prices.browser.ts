import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTollgate } from '../support/service.ts';
import { findViolations } from './support/accessibility.ts';
import { type Browser, openBrowser, settled, type Tab } from './support/browser.ts';
import { amountOf } from './support/reading.ts';
import { chat, deliver, newTraceId } from './support/spans.ts';
import { openEmpty, type Store } from './support/stores.ts';

let store: Store;
let browser: Browser;
let tab: Tab;
beforeAll(async () => {
  store = await openEmpty();
  // Nobody knows these two; the first is like a known one.
  for (const [model, calls] of [
    ['gpt-4o-mini-of-ours', 3],
    ['house-model', 2],
  ] as const) {
    const named = { 'gen_ai.request.model': model, 'gen_ai.response.model': model };
    const traceId = newTraceId();
    await deliver(
      store,
      Array.from({ length: calls }, () => chat({ traceId }, named)),
    );
  }
  browser = await openBrowser({ timezone: 'UTC' });
  tab = await browser.open(`${store.api}/prices`);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const button = (name: string | RegExp): Locator => tab.page.getByRole('button', { name, exact: true });
const dialog = (): Locator => tab.page.getByRole('dialog');
const field = (label: string): Locator => dialog().getByLabel(label, { exact: true });
const unpriced = async () => (await store.get('/api/v1/prices/unpriced')).items;
const total = async () => (await store.get('/api/v1/costs')).totals;
const explained = (model: string) => store.get(`/api/v1/prices/openai/${model}`);
const show = async (address: string): Promise<void> => {
  await tab.page.goto(store.api + address);
  await settled(tab.page);
};

describe('prices', () => {
  it('name the models without one, and how many calls have none for it', async () => {
    const rows = tab.page.locator('.unpriced-list > li');
    const items = await unpriced();
    expect(await rows.count()).toBe(items.length);
    for (const [at, item] of items.entries()) {
      expect(await rows.nth(at).textContent()).toContain(item.model);
      expect(await rows.nth(at).textContent()).toContain(`${item.calls} calls`);
    }
    // Five calls, none with a price: no sum, and not a sum of 0.
    expect(await total()).toMatchObject({ calls: 5, unpriced_calls: 5, cost_usd: null });
  });

  it('are set by one click on a name that is like it; then the stored calls get it, after a dry run', async () => {
    const [{ suggestions }] = (await unpriced()).filter(
      ({ model }: { model: string }) => model === 'gpt-4o-mini-of-ours',
    );
    expect(suggestions).not.toEqual([]);
    await button(`Price gpt-4o-mini-of-ours as ${suggestions[0]}`).click();
    await button('Price these calls anew').waitFor();
    // The price is set, and nothing stored has changed yet.
    expect((await explained('gpt-4o-mini-of-ours')).price).not.toBeNull();
    expect(await total()).toMatchObject({ unpriced_calls: 5, cost_usd: null });
    expect(await dialog().locator('.repricing output').textContent()).toMatch(/^3 calls would cost \$/);
    expect(await findViolations(tab.page)).toEqual([]);
    const said = await amountOf(dialog().locator('tbody tr').first().locator('td').nth(3));
    await button('Price these calls anew').click();
    await button('Done').waitFor();
    expect(await total()).toMatchObject({ unpriced_calls: 2, cost_usd: said });
    await button('Done').click();
    await expect.poll(() => tab.page.locator('.unpriced-list > li').count()).toBe(1);
  });

  it('are set by hand, as exact texts; what is wrong is said beside the field, and nothing is changed', async () => {
    await button('Set rates for house-model').click();
    await field('Input').fill('two');
    await field('Output').fill('8');
    await button('Set this price').click();
    await expect.poll(() => field('Input').getAttribute('aria-invalid')).toBe('true');
    expect((await explained('house-model')).price).toBeNull();
    await field('Input').fill('2.000000125');
    await field('From').selectOption('always');
    await button('Set this price').click();
    await button('Price these calls anew').click();
    await button('Done').click();
    const { price } = await explained('house-model');
    expect(price.rates).toMatchObject({ input_usd_per_mtok: '2.000000125', output_usd_per_mtok: '8' });
    // 2 × (1,000 × 2.000000125e-6 + 100 × 8e-6) = 2 × 0.002800000125.
    const { groups } = await store.get('/api/v1/costs?group_by=model&model=house-model');
    expect(groups[0]).toMatchObject({ cost_usd: '0.00560000025', unpriced_calls: 0 });
    await expect.poll(() => tab.page.locator('main').textContent()).toContain('Every call has a price.');
  });

  it('say of a model which rates hold, and which layer decides', async () => {
    await show('/prices/openai/house-model');
    const decides = tab.page.locator('.layers .decides');
    expect(await decides.count()).toBe(1);
    expect(await decides.textContent()).toContain('Set here');
    expect(await tab.page.locator('.lead').textContent()).toContain('$2.000000125 for a million tokens of input');
    await show('/prices/openai/gpt-4o');
    expect(await decides.textContent()).toContain('Rate card');
    const { price } = await explained('gpt-4o');
    expect(await amountOf(tab.page.locator('table.rates tbody tr').first())).toBe(price.rates.input_usd_per_mtok);
    expect(await tab.page.getByRole('button', { name: 'End what was set' }).count()).toBe(0);
  });

  it('that were set are ended after a question; calls keep what they cost', async () => {
    const before = await total();
    await show('/prices/openai/house-model');
    await button('End what was set').click();
    await button('Cancel').click();
    expect((await explained('house-model')).price).not.toBeNull();
    await button('End what was set').click();
    await button('End it now').click();
    await expect.poll(async () => (await explained('house-model')).price).toBeNull();
    await expect.poll(() => tab.page.locator('.lead').textContent()).toContain('It has no price');
    expect(await total()).toEqual(before);
  });

  it('in force are a list to search, by source', async () => {
    await show('/prices?source=custom');
    const rows = tab.page.locator('.price-list tbody tr');
    const { items } = await store.get('/api/v1/prices?source=custom&limit=50');
    await expect.poll(() => rows.count()).toBe(items.length);
    await show('/prices');
    const search = tab.page.locator('.price-list').getByLabel('Model', { exact: true });
    await search.fill('claude-haiku');
    await expect.poll(() => new URL(tab.page.url()).searchParams.get('model')).toBe('claude-haiku');
    const found = await store.get('/api/v1/prices?model=claude-haiku&limit=50');
    await expect.poll(() => rows.count()).toBe(found.items.length);
  });

  it('broke no rule of the page’s policy', () => {
    expect(tab.faults).toEqual([]);
  });
});

describe('with a key that may only look', () => {
  it('nothing can be changed, and each view says why', async () => {
    const made = await runTollgate([
      'keys',
      'create',
      '--tenant',
      'default',
      '--scope',
      'query',
      '--name',
      'reader',
      '--data-dir',
      store.dataDir,
      '--json',
    ]);
    const { key } = JSON.parse(made.stdout) as { key: string };
    const { page } = await browser.open(store.api);
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('.huge').waitFor();
    for (const [link, address] of [
      ['Budgets', '/budgets'],
      ['Prices', '/prices'],
    ] as const) {
      await page.getByRole('navigation').getByRole('link', { name: link }).click();
      await settled(page);
      expect(new URL(page.url()).pathname).toBe(address);
      expect(await page.locator('main').textContent()).toContain('a key that has the scope admin');
      expect(await page.getByRole('button', { name: /New budget|Set a price|set rates|^as / }).count()).toBe(0);
    }
  });
});
