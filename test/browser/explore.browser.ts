import fs from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, openBrowser, settled, type Tab } from './support/browser.ts';
import { amountOf, cellsOf, follow, sumOf } from './support/reading.ts';
import { openFilled } from './support/stores.ts';

const DAY_MS = 86_400_000;
const ZONE = 'America/New_York';

interface Group {
  readonly cost_usd: string | null;
  readonly calls: number;
  readonly unpriced_calls: number;
  readonly total_tokens: number;
  readonly [name: string]: unknown;
}

let range: string;
let asked: string;
let store: Awaited<ReturnType<typeof openFilled>>;
let browser: Browser;
let tab: Tab;
beforeAll(async () => {
  store = await openFilled();
  const to = new Date();
  range = `from=${new Date(to.getTime() - 14 * DAY_MS).toISOString()}&to=${to.toISOString()}`;
  asked = `${range}&timezone=${ZONE}`;
  browser = await openBrowser({ timezone: ZONE });
  tab = await browser.open(`${store.api}/explore?${range}`);
});
afterAll(() => browser[Symbol.asyncDispose]());

const section = (name: string) => tab.page.getByRole('region', { name, exact: true });
const costs = (query: string) => store.get(`/api/v1/costs?${asked}&${query}`);
const show = async (query: string): Promise<void> => {
  await tab.page.goto(`${store.api}/explore?${range}&${query}`);
  await settled(tab.page);
};
const query = (name: string): string | null => new URL(tab.page.url()).searchParams.get(name);
const groupRows = () => section('Groups').locator('tbody tr:not(.spacer)');
const groupCosts = async (): Promise<(string | null)[]> =>
  Promise.all((await groupRows().all()).map((row) => amountOf(row.locator('td').last())));

describe('the explorer', () => {
  it('opens by agent and model, each group with its cost as the API says it', async () => {
    const { groups, totals } = await costs('group_by=agent,model&limit=100');
    expect(await amountOf(tab.page.locator('.sheet-head .lead'))).toBe(totals.cost_usd);
    expect(await groupCosts()).toEqual(groups.map((group: Group) => group.cost_usd));
    const names = (await cellsOf(section('Groups').getByRole('table'))).map((row) => row[1]);
    expect(names).toEqual(groups.map((group: Group) => group['model']));
    expect(sumOf(groups.map((group: Group) => group.cost_usd))).toBe(totals.cost_usd);
  });

  it('splits by up to four dimensions, tags among them', async () => {
    await show('by=agent');
    const split = tab.page.getByRole('group', { name: 'Split by', exact: true });
    await split.getByRole('combobox').selectOption('environment');
    await expect.poll(() => query('by')).toBe('agent,environment');
    await split.getByRole('combobox').selectOption('tag');
    await split.getByPlaceholder('Name of the tag').fill('feature');
    await tab.page.keyboard.press('Enter');
    await expect.poll(() => query('by')).toBe('agent,environment,tag.feature');
    await split.getByRole('combobox').selectOption('operation');
    const { groups } = await costs('group_by=agent,environment,tag.feature,operation&limit=100');
    await expect.poll(groupCosts).toEqual(groups.map((group: Group) => group.cost_usd));
    // A fifth is one more than the API takes.
    expect(await split.getByRole('combobox').count()).toBe(0);
    await split.getByRole('button', { name: /environment/i }).click();
    await expect.poll(() => query('by')).toBe('agent,tag.feature,operation');
  });

  it('is narrowed by filters, which are chips', async () => {
    await show('by=model');
    await tab.page.getByRole('button', { name: 'Add a filter' }).click();
    const form = tab.page.locator('form.add-filter');
    await form.getByRole('combobox').first().selectOption('agent');
    await expect.poll(() => form.locator('datalist option').count()).toBeGreaterThan(5);
    await form.getByPlaceholder('Value').fill('support-bot');
    await form.getByRole('button', { name: 'Add' }).click();
    const { totals } = await costs('agent=support-bot');
    await expect.poll(() => amountOf(tab.page.locator('.sheet-head .lead'))).toBe(totals.cost_usd);
    expect(query('agent')).toBe('support-bot');
    await tab.page.getByRole('button', { name: 'Remove the filter Agent support-bot' }).click();
    await expect.poll(() => query('agent')).toBeNull();
  });

  it('offers the intervals that fit, and draws a bar for each', async () => {
    await show('by=model');
    for (const interval of ['hour', 'day', 'week']) {
      await section('Over time').getByRole('button', { name: interval, exact: true }).click();
      const { series } = await costs(`interval=${interval}`);
      const cursor = section('Over time').getByRole('slider');
      await expect.poll(() => cursor.getAttribute('max')).toBe(String(series.length - 1));
      expect(query('interval')).toBe(interval);
    }
  });

  it('measures calls and tokens as well as cost', async () => {
    await show('by=agent');
    const { groups } = await costs('group_by=agent&limit=9');
    for (const measure of ['calls', 'tokens', 'share', 'cost']) {
      await section('Over time').getByRole('button', { name: measure, exact: true }).click();
      await expect.poll(() => query('measure')).toBe(measure === 'cost' ? null : measure);
      await settled(tab.page);
      expect(await section('Over time').getByRole('heading').textContent()).toMatch(new RegExp(measure, 'i'));
      await expect
        .poll(async () => (await cellsOf(section('Over time').locator('.legend'))).map(([name]) => name))
        .toEqual(expect.arrayContaining(measure === 'cost' ? [groups[0].agent] : []));
    }
  });

  it('sorts by each column, both ways', async () => {
    await show('by=agent');
    for (const [head, field] of [
      ['Cost', 'cost_usd'],
      ['Calls', 'calls'],
      ['Tokens in', 'input_tokens'],
    ] as const) {
      const { groups } = await costs('group_by=agent&limit=100');
      const button = section('Groups').getByRole('button', { name: head, exact: true });
      const header = section('Groups').getByRole('columnheader', { name: head, exact: true });
      if (field !== 'cost_usd') await button.click();
      await expect.poll(() => header.getAttribute('aria-sort')).toBe('descending');
      const most = groups.toSorted((a: Group, b: Group) => Number(b[field] ?? -1) - Number(a[field] ?? -1))[0];
      await expect
        .poll(async () => (await groupRows().first().locator('td').first().textContent()) ?? '')
        .toBe(most.agent);
      await button.click();
      await expect.poll(() => header.getAttribute('aria-sort')).toBe('ascending');
    }
  });

  it('shows further groups page by page, each once', async () => {
    await show('by=run');
    const seen = async (): Promise<string | null> => groupRows().last().locator('td').first().textContent();
    await expect.poll(() => groupRows().count()).toBe(100);
    const { groups } = await costs('group_by=run&limit=200');
    expect(await seen()).toBe(groups[99].run);
    await tab.page.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => groupRows().count()).toBe(200);
    expect(await groupCosts()).toEqual(groups.map((group: Group) => group.cost_usd));
  });

  it('goes into a group by its name and to its calls by their number', async () => {
    await show('by=agent');
    const first = groupRows().first();
    const name = (await first.locator('td').first().textContent()) ?? '';
    const cost = await amountOf(first.locator('td').last());
    await follow(tab.page, first.getByRole('link').first());
    await expect.poll(() => query('agent')).toBe(name);
    await expect.poll(() => amountOf(tab.page.locator('.sheet-head .lead'))).toBe(cost);
    await tab.page.goBack();
    await expect.poll(() => query('agent')).toBeNull();
    await settled(tab.page);
    expect(await groupRows().first().locator('td').first().textContent()).toBe(name);
    await follow(tab.page, groupRows().first().getByRole('link').nth(1));
    expect(new URL(tab.page.url()).pathname).toBe('/calls');
    await expect.poll(() => amountOf(tab.page.locator('.sheet-head .lead'))).toBe(cost);
  });

  it('has its state in the address: reloading and going back restore it', async () => {
    await show('by=user&interval=week&measure=calls&agent=planner&sort=-calls');
    const state = async (): Promise<unknown> => [
      await cellsOf(section('Groups').getByRole('table')),
      await tab.page.locator('.sheet-head').textContent(),
      await tab.page.locator('[aria-pressed="true"]').allTextContents(),
    ];
    const before = await state();
    await tab.page.reload();
    await settled(tab.page);
    expect(await state()).toEqual(before);
    await tab.page.getByRole('navigation').getByRole('link', { name: 'Calls' }).click();
    await settled(tab.page);
    await tab.page.goBack();
    await settled(tab.page);
    await expect.poll(state).toEqual(before);
  });

  it('says how many calls have no price, and leads to them', async () => {
    await show('by=model');
    const { totals } = await costs('');
    expect(totals.unpriced_calls).toBeGreaterThan(0);
    const link = tab.page.locator('.sheet-head .warn-text a');
    expect(await link.textContent()).toBe(`${totals.unpriced_calls} calls without a price`);
    await follow(tab.page, link);
    expect(query('cost_status')).toBe('unpriced');
    const texts = (await cellsOf(tab.page.getByRole('table'))).map((row) => row.at(-1));
    expect(new Set(texts)).toEqual(new Set(['no price']));
  });

  it('saves the cube as CSV with the sum that the page shows', async () => {
    await show('by=agent&interval=week');
    const { text, name } = await saved(tab.page, 'These sums, CSV');
    expect(name).toMatch(/^tollgate-.*\.csv$/);
    expect(sumOf(column(text, 'cost_usd'))).toBe(await amountOf(tab.page.locator('.sheet-head .lead')));
  });

  it('saves every call as CSV with the sum that the page shows', async () => {
    await show('by=agent&agent=planner');
    const { text } = await saved(tab.page, 'Every call, CSV');
    const { totals } = await costs('agent=planner');
    const costsOfCalls = column(text, 'cost_usd');
    expect(costsOfCalls).toHaveLength(totals.calls);
    expect(sumOf(costsOfCalls)).toBe(await amountOf(tab.page.locator('.sheet-head .lead')));
  });

  it('saves FOCUS with the sum that the page shows', async () => {
    await show('by=model&environment=staging');
    const { text } = await saved(tab.page, 'FOCUS 1.2, CSV');
    expect(sumOf(column(text, 'EffectiveCost'))).toBe(await amountOf(tab.page.locator('.sheet-head .lead')));
  });

  it('has asked nothing but its own service, and broke no rule of its policy', () => {
    expect(tab.faults).toEqual([]);
  });
});

async function saved(page: Page, button: string): Promise<{ readonly text: string; readonly name: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return { text: fs.readFileSync(await download.path(), 'utf8'), name: download.suggestedFilename() };
}

/** The values of a column of a CSV file whose cells may be quoted; an empty one is null. */
function column(text: string, name: string): (string | null)[] {
  const [head = [], ...rows] = text.split('\r\n').filter(Boolean).map(cellsOfLine);
  const at = head.indexOf(name);
  if (at === -1) throw new Error(`expected a column ${name}, found ${head.join()}`);
  return rows.map((row) => (row[at] === '' ? null : (row[at] ?? null)));
}

function cellsOfLine(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
