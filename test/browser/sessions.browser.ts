import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, openBrowser, settled, type Tab } from './support/browser.ts';
import { amountOf, cellsOf, follow, heading } from './support/reading.ts';
import { openFilled } from './support/stores.ts';

const DAY_MS = 86_400_000;

interface Row {
  readonly id: string;
  readonly cost_usd: string | null;
}

let range: string;
let store: Awaited<ReturnType<typeof openFilled>>;
let browser: Browser;
let tab: Tab;
beforeAll(async () => {
  store = await openFilled();
  const to = new Date();
  range = `from=${new Date(to.getTime() - 45 * DAY_MS).toISOString()}&to=${to.toISOString()}`;
  browser = await openBrowser({ timezone: 'UTC' });
  tab = await browser.open(`${store.api}/sessions?${range}`);
});
afterAll(() => browser[Symbol.asyncDispose]());

const asked = (): string => `${range}&timezone=UTC`;
const show = async (path: string): Promise<void> => {
  await tab.page.goto(`${store.api}${path}${path.includes('?') ? '&' : '?'}${range}`);
  await settled(tab.page);
};
const table = () => tab.page.getByRole('table').first();
const rows = () => table().locator('tbody tr:not(.spacer)');
const names = async (): Promise<(string | null)[]> =>
  Promise.all((await rows().locator('td:first-child bdi').all()).map((name) => name.getAttribute('title')));
const section = (name: string) => tab.page.getByRole('region', { name, exact: true });

describe('the lists', () => {
  it.each(['sessions', 'users', 'agents', 'models', 'runs'])(
    '/%s has the rows of the API, dearest first',
    async (list) => {
      await show(`/${list}`);
      const { items } = await store.get(`/api/v1/${list}?${asked()}`);
      const named = items.filter(({ id }: Row) => id !== '(none)');
      expect(await names()).toEqual(named.map(({ id }: Row) => id));
      const amounts = await Promise.all((await rows().all()).map((row) => amountOf(row.locator('td').last())));
      expect(amounts).toEqual(items.map((item: Row) => item.cost_usd));
      const { totals } = await store.get(`/api/v1/costs?${asked()}`);
      await expect.poll(() => amountOf(tab.page.locator('.sheet-head .lead'))).toBe(totals.cost_usd);
    },
  );

  it.each([
    ['Calls', 'calls'],
    ['Tokens', 'total_tokens'],
    ['Took', 'total_duration_seconds'],
    ['Last call', 'last_seen'],
    ['Runs', 'run_count'],
    ['Session', 'id'],
  ])('sorts sessions by %s, down and up, as the API does', async (head, field) => {
    await show('/sessions');
    const header = table().locator('th', { has: tab.page.getByRole('button', { name: head, exact: true }) });
    for (const [sort, direction] of [
      [`-${field}`, 'descending'],
      [field, 'ascending'],
    ]) {
      await header.getByRole('button').click();
      await expect.poll(() => header.getAttribute('aria-sort')).toBe(direction);
      const { items } = await store.get(`/api/v1/sessions?${asked()}&sort=${sort}`);
      await expect.poll(names).toEqual(items.map(({ id }: Row) => id).filter((id: string) => id !== '(none)'));
      expect(new URL(tab.page.url()).searchParams.get('sort')).toBe(sort);
    }
  });

  it('shows all sessions page by page, each once', async () => {
    await show('/sessions');
    const { items } = await store.get(`/api/v1/sessions?${asked()}&limit=1000`);
    expect(items.length).toBeGreaterThan(150);
    const more = tab.page.getByRole('button', { name: 'Show more' });
    for (let shown = 50; shown < 150; shown += 50) {
      expect(await rows().count()).toBe(shown);
      await more.click();
      await expect.poll(() => rows().count()).toBe(shown + 50);
    }
    expect(await names()).toEqual(
      items
        .slice(0, 150)
        .map(({ id }: Row) => id)
        .filter((id: string) => id !== '(none)'),
    );
  });

  it('goes from one list to another by the switch, and keeps filters', async () => {
    await show('/sessions?agent=planner');
    await tab.page.getByRole('group', { name: 'List' }).getByRole('button', { name: 'Users' }).click();
    await settled(tab.page);
    expect(new URL(tab.page.url()).pathname).toBe('/users');
    const { items } = await store.get(`/api/v1/users?${asked()}&agent=planner`);
    await expect.poll(names).toEqual(items.map(({ id }: Row) => id));
  });
});

describe('one of them', () => {
  it.each(['sessions', 'users', 'agents', 'models', 'runs'])(
    '/%s/ID has its sum, its parts and its calls',
    async (list) => {
      await show(`/${list}`);
      const id = (await names())[0] ?? '';
      await follow(tab.page, rows().first().getByRole('link').first());
      expect(new URL(tab.page.url()).pathname).toBe(`/${list}/${encodeURIComponent(id)}`);
      expect(await heading(tab.page)).toContain(id);
      const one = await store.get(`/api/v1/${list}/${encodeURIComponent(id)}?${asked()}`);
      expect(await amountOf(tab.page.locator('.sheet-head .lead'))).toBe(one.cost_usd);
      for (const by of ['model', 'agent']) {
        if (list === `${by}s`) continue;
        const parts = section(`By ${by}`).locator('tbody tr');
        const amounts = await Promise.all((await parts.all()).map((row) => amountOf(row.locator('td').last())));
        expect(amounts).toEqual(one[`cost_by_${by}`].map((group: Row) => group.cost_usd));
      }
      const dimension = list.slice(0, -1);
      const { items } = await store.get(`/api/v1/calls?${asked()}&${dimension}=${encodeURIComponent(id)}&limit=10`);
      const calls = section('Calls').locator('tbody tr');
      const amounts = await Promise.all((await calls.all()).map((row) => amountOf(row.locator('td').last())));
      expect(amounts).toEqual(items.map((call: Row) => call.cost_usd));
    },
  );

  it('goes from a session to a run of it, and to its waterfall', async () => {
    await show('/sessions/support-bot-loop');
    await follow(tab.page, section('Dearest runs').locator('tbody').getByRole('link').first());
    expect(new URL(tab.page.url()).pathname).toMatch(/^\/traces\/[0-9a-f]{32}$/);
    expect(await tab.page.getByRole('treegrid').count()).toBe(1);
  });

  it('says that there is nothing of that name, and where to look', async () => {
    await show('/sessions/nobody%2Fnowhere');
    await expect.poll(() => tab.page.locator('main').textContent()).toContain('nobody/nowhere');
    expect(await tab.page.locator('main h1').count()).toBe(1);
    expect(await tab.page.getByRole('link', { name: /90 days/ }).count()).toBe(1);
  });
});

describe('the list of calls', () => {
  const calls = async (query: string) => (await store.get(`/api/v1/calls?${asked()}&${query}`)).items;

  it.each([
    'charge=duplicate',
    'charge=all',
    'cost_status=unpriced',
    'cost_status=reported',
    'min_cost_usd=0.1',
    'sort=-cost_usd',
    'sort=-duration_ms',
    'agent=planner&environment=staging',
  ])('shows those of %s', async (query) => {
    await show(`/calls?${query}`);
    const items = await calls(query);
    expect(items.length).toBeGreaterThan(0);
    const amounts = await Promise.all((await rows().all()).map((row) => amountOf(row.locator('td').last())));
    expect(amounts).toEqual(items.map((call: Row) => call.cost_usd));
  });

  it('is narrowed by a form, which says what it expects', async () => {
    await show('/calls');
    const least = tab.page.getByLabel('At least, in USD');
    await least.fill('much');
    expect(await least.getAttribute('aria-invalid')).toBe('true');
    expect(await tab.page.locator('.field-fault').textContent()).toContain('0.05');
    await least.fill('0.2');
    await expect.poll(() => new URL(tab.page.url()).searchParams.get('min_cost_usd')).toBe('0.2');
    const items = await calls('min_cost_usd=0.2');
    await expect.poll(() => rows().count()).toBe(items.length);
    await tab.page.getByRole('group', { name: 'Charge' }).getByRole('button', { name: 'duplicate' }).click();
    await expect.poll(() => new URL(tab.page.url()).searchParams.get('charge')).toBe('duplicate');
  });

  it('leads to a call, whose parts add up, and from there to its trace', async () => {
    await show('/calls?sort=-cost_usd');
    await follow(tab.page, rows().first().getByRole('link').first());
    const [, trace = '', id = ''] = /^\/calls\/(\w+)\/(\w+)$/.exec(new URL(tab.page.url()).pathname) ?? [];
    const call = await store.get(`/api/v1/calls/${trace}/${id}`);
    expect(await amountOf(tab.page.locator('.call-sum'))).toBe(call.cost_usd);
    expect(await amountOf(tab.page.locator('.cost-table tfoot'))).toBe(call.cost_usd);
    const booked = await cellsOf(tab.page.locator('table.bookings'));
    expect(booked).toHaveLength(call.ledger.length);
    await follow(tab.page, tab.page.getByRole('link', { name: 'See it in its trace' }));
    expect(new URL(tab.page.url()).pathname).toBe(`/traces/${trace}`);
    expect(await tab.page.locator('tr[aria-selected="true"]').count()).toBe(1);
  });

  it('has asked nothing but its own service, and broke no rule of its policy', () => {
    expect(tab.faults).toEqual([]);
  });
});
