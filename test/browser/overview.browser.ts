import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatUsd } from '../../dashboards/page/format/money.ts';
import { type Browser, openBrowser, settled, type Tab } from './support/browser.ts';
import { amountOf, cellsOf, follow, heading, sumOf } from './support/reading.ts';
import { openFilled } from './support/stores.ts';

const DAY_MS = 86_400_000;
const ZONE = 'Europe/Berlin';

/** Fixed, so that the page and this test ask the same. */
let from: Date;
let to: Date;
let range: string;
let asked: string;
let store: Awaited<ReturnType<typeof openFilled>>;
let browser: Browser;
let tab: Tab;
beforeAll(async () => {
  store = await openFilled();
  to = new Date();
  from = new Date(to.getTime() - 30 * DAY_MS);
  range = `from=${from.toISOString()}&to=${to.toISOString()}`;
  asked = `${range}&timezone=${ZONE}`;
  browser = await openBrowser({ timezone: ZONE });
  tab = await browser.open(`${store.api}/?${range}`);
});
afterAll(() => browser[Symbol.asyncDispose]());

const section = (name: string) => tab.page.getByRole('region', { name, exact: true });

describe('the overview', () => {
  it('says the sum to the last digit', async () => {
    const { totals } = await store.get(`/api/v1/costs?${asked}`);
    expect(await amountOf(tab.page.locator('.huge'))).toBe(totals.cost_usd);
    // The days are those of the viewer's zone.
    const day = (date: Date) => date.toLocaleDateString('sv-SE', { timeZone: ZONE });
    expect(await heading(tab.page)).toContain(`${day(from)} to ${day(to)}`);
  });

  it('says what the difference to the period before is made of', async () => {
    const changes = await store.get(`/api/v1/changes?${asked}&group_by=agent,model`);
    const rows = tab.page.locator('table.why tbody tr');
    const parts = await rows.evaluateAll((all) => all.map((row) => row.querySelector('td.num')?.getAttribute('title')));
    expect(parts).toEqual([changes.volume_usd, changes.mix_usd, changes.price_usd]);
    // They add up to the difference.
    expect(sumOf(parts.map((part) => part ?? null))).toBe(changes.delta_usd);
    expect(sumOf([changes.now_usd, `-${changes.before_usd}`])).toBe(changes.delta_usd);
    const share = (Number(changes.now_usd) / Number(changes.before_usd) - 1) * 100;
    const words = (await tab.page.locator('.compared').textContent()) ?? '';
    // 121.02 % is shown as 121 %; from three times as much on it says so many times.
    expect(words).toContain(share < 200 ? `${share.toFixed(0)} %` : `${(share / 100 + 1).toFixed(1)} times`);
  });

  it('names the groups that changed most, as the API orders them', async () => {
    const { groups } = await store.get(`/api/v1/changes?${asked}&group_by=agent,model&limit=6`);
    const rows = section('What changed').locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(groups.length);
    for (const [at, group] of groups.entries()) {
      const row = rows.nth(at);
      expect(await row.locator('td').first().textContent()).toBe(`${group.agent}${group.model}`);
      expect(await row.locator('[title].up, [title].down').getAttribute('title')).toBe(group.delta_usd);
    }
  });

  it('draws a bar for each day, and says the same figures as a table', async () => {
    const { series, totals } = await store.get(`/api/v1/costs?${asked}&interval=day`);
    const chart = section('Spend over time');
    const cursor = chart.getByRole('slider');
    await expect.poll(() => cursor.getAttribute('max')).toBe(String(series.length - 1));
    await chart.getByRole('button', { name: 'Show as table' }).click();
    const table = chart.getByRole('table');
    const sums = await Promise.all(
      (await table.locator('tbody tr').all()).map((row) => amountOf(row.locator('td').last())),
    );
    // The latest day first; days with calls of which none has a price have no sum.
    expect(sums.toReversed()).toEqual(series.map((point: { cost_usd: string | null }) => point.cost_usd));
    expect(sumOf(sums)).toBe(totals.cost_usd);
    await chart.getByRole('button', { name: /Show as a? ?chart/ }).click();
  });

  it.each(['Agent', 'User', 'Service', 'Model'])('splits the bars by %s', async (split) => {
    const chart = section('Spend over time');
    await chart.getByRole('button', { name: split, exact: true }).click();
    const { groups, totals } = await store.get(`/api/v1/costs?${asked}&group_by=${split.toLowerCase()}&limit=9`);
    const entries = chart.locator('.legend tbody tr');
    await expect
      .poll(async () => (await cellsOf(chart.locator('.legend')))[0]?.[0])
      .toBe(groups[0][split.toLowerCase()]);
    const sums = async () => Promise.all((await entries.all()).map((entry) => amountOf(entry)));
    // What is left over has an entry of its own once the totals are in, which are asked for after the groups.
    await expect.poll(async () => sumOf(await sums())).toBe(totals.cost_usd);
    const costs = groups.map((group: { cost_usd: string | null }) => group.cost_usd);
    expect((await sums()).slice(0, groups.length)).toEqual(costs);
    expect(new URL(tab.page.url()).searchParams.get('by')).toBe(split === 'Model' ? null : split.toLowerCase());
  });

  it('reads the figures out by arrow keys', async () => {
    const { series } = await store.get(`/api/v1/costs?${asked}&interval=day`);
    const reading = section('Spend over time').locator('.chart-reading');
    await section('Spend over time').getByRole('slider').focus();
    const day = (start: string): string =>
      new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: ZONE }).format(new Date(start));
    for (const [key, at] of [
      ['Home', 0],
      ['ArrowRight', 1],
      ['End', series.length - 1],
      ['ArrowLeft', series.length - 2],
    ] as const) {
      await tab.page.keyboard.press(key);
      await expect.poll(() => reading.textContent()).toContain(`${day(series[at].start)}: `);
    }
    await tab.page.keyboard.press('Escape');
    await expect.poll(() => reading.textContent()).toContain('Highest');
  });

  it.each(['agents', 'models', 'users', 'sessions'])('lists the dearest %s', async (list) => {
    const { items } = await store.get(`/api/v1/${list}?${asked}&limit=5`);
    const rows = section(`Dearest ${list}`).locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(items.length);
    const amounts = await Promise.all((await rows.all()).map((row) => amountOf(row)));
    expect(amounts).toEqual(items.map((item: { cost_usd: string | null }) => item.cost_usd));
    const href = await rows.first().getByRole('link').getAttribute('href');
    expect(new URL(href ?? '', store.api).pathname).toBe(`/${list}/${encodeURIComponent(items[0].id)}`);
  });

  it('shows the latest calls', async () => {
    const { items } = await store.get(`/api/v1/calls?${asked}&limit=6`);
    const rows = section('Latest calls').locator('tbody tr');
    const amounts = await Promise.all((await rows.all()).map((row) => amountOf(row.locator('td').last())));
    expect(amounts).toEqual(items.map((item: { cost_usd: string | null }) => item.cost_usd));
  });

  it('says the month at this pace, calls without a price and what was refused', async () => {
    const { totals } = await store.get(`/api/v1/costs?${asked}`);
    const { month } = await store.get(`/api/v1/forecast?timezone=${ZONE}`);
    const kpi = (label: string) => tab.page.locator('.kpi', { hasText: label });
    expect(await kpi('Calls without a price').locator('.kpi-value').textContent()).toBe(String(totals.unpriced_calls));
    const title = await kpi('This month').locator('.kpi-sub a').textContent();
    // 17.113… is $17.11; what the first hours of a month came to may be less than a dollar.
    const usd = Number(month.cost_usd);
    expect(title).toBe(usd >= 1 ? `$${usd.toFixed(2)}` : formatUsd(month.cost_usd));
    const alerts = await store.get(`/api/v1/alerts?${range}&type=call.denied&limit=1000`);
    const refused = alerts.items.filter((alert: { data: { mode?: string } }) => alert.data.mode !== 'shadow').length;
    expect(refused).toBeGreaterThan(0);
    expect(await kpi('Refused at the gate').locator('.kpi-value').textContent()).toContain(String(refused));
  });

  it('leads from each number to the rows behind it, in the same period', async () => {
    await follow(tab.page, tab.page.locator('.kpi', { hasText: 'Calls without a price' }).locator('.kpi-value a'));
    expect(await heading(tab.page)).toBe('Calls');
    const { searchParams, pathname } = new URL(tab.page.url());
    expect([pathname, searchParams.get('from'), searchParams.get('cost_status')]).toEqual([
      '/calls',
      from.toISOString(),
      'unpriced',
    ]);
    await tab.page.goBack();
    await settled(tab.page);
    await follow(tab.page, tab.page.locator('.huge a'));
    const { totals } = await store.get(`/api/v1/costs?${asked}`);
    expect(await amountOf(tab.page.locator('.sheet-head .lead'))).toBe(totals.cost_usd);
  });

  it('changes its period by the switch above', async () => {
    await tab.page.goto(store.api);
    await settled(tab.page);
    for (const [name, words] of [
      ['7 d', 'the last 7 days'],
      ['24 h', 'the last 24 hours'],
      ['90 d', 'the last 90 days'],
      ['30 d', 'the last 30 days'],
    ] as const) {
      const period = name.replace(' ', '');
      const answered = tab.page.waitForResponse((response) => response.url().includes(`/costs?period=${period}`));
      await tab.page.getByRole('button', { name, exact: true }).click();
      const { totals } = await (await answered).json();
      await expect.poll(() => heading(tab.page)).toBe(`Spent in ${words}`);
      await expect.poll(() => amountOf(tab.page.locator('.huge'))).toBe(totals.cost_usd);
    }
  });

  it('has asked nothing but its own service, and broke no rule of its policy', () => {
    expect(tab.faults).toEqual([]);
  });
});
