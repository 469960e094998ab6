import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from './support/accessibility.ts';
import { type Browser, openBrowser, settled, type Tab } from './support/browser.ts';
import { chat, deliver, newTraceId } from './support/spans.ts';
import { openEmpty, type Store } from './support/stores.ts';

const FILE = 'budgets:\n  - { name: of-the-file, window: month, limit: { usd: "100" } }\n';

let store: Store;
let browser: Browser;
let tab: Tab;
let directory: string;
beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-settings-'));
  const file = path.join(directory, 'tollgate.yaml');
  fs.writeFileSync(file, FILE);
  store = await openEmpty(['--config', file]);
  await deliver(store, [chat({ traceId: newTraceId() }, { 'gen_ai.agent.name': 'planner', 'user.id': 'ada' })]);
  browser = await openBrowser({ timezone: 'Europe/Berlin' });
  tab = await browser.open(`${store.api}/budgets`);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  fs.rmSync(directory, { recursive: true, force: true });
});

const button = (name: string): Locator => tab.page.getByRole('button', { name, exact: true });
const dialog = (): Locator => tab.page.getByRole('dialog');
const field = (label: string): Locator => dialog().getByLabel(label, { exact: true });
/** Without how they stand, which moves by itself. */
const budgets = async (): Promise<{ name: string; definition: Record<string, unknown> }[]> => {
  const { items } = await store.get('/api/v1/budgets');
  return items.map(({ name, definition: said }: { name: string; definition: Record<string, unknown> }) => ({
    name,
    definition: said,
  }));
};
const definition = async (name: string) => (await budgets()).find((budget) => budget.name === name)?.definition;
const show = async (address: string): Promise<void> => {
  await tab.page.goto(store.api + address);
  await settled(tab.page);
};

describe('a budget', () => {
  it('is made by a form, which says in a sentence what it will do', async () => {
    await button('New budget').click();
    await field('Name').fill('each-user');
    await field('Limit').fill('50');
    await field('User').check();
    const sentence = dialog().locator('.preview');
    await expect.poll(() => sentence.textContent()).toMatch(/Each user may spend \$50(\.00)? a day \(Berlin\)/);
    expect(await findViolations(tab.page)).toEqual([]);
    await button('Make this budget').click();
    await expect.poll(() => new URL(tab.page.url()).pathname).toBe('/budgets/each-user');
    expect(await definition('each-user')).toMatchObject({
      per: ['user'],
      window: 'day',
      timezone: 'Europe/Berlin',
      limit: { usd: '50' },
      on_exceed: 'deny',
      mode: 'enforce',
    });
  });

  it('that is wrong is not made: what the service says stands beside the field', async () => {
    const before = await budgets();
    await show('/budgets');
    await button('New budget').click();
    await field('Name').fill('wrong');
    await field('Limit').fill('minus ten');
    await button('Make this budget').click();
    await expect.poll(() => field('Limit').getAttribute('aria-invalid')).toBe('true');
    expect(await dialog().locator('.field-fault').textContent()).toMatch(/minus ten/);
    await field('Limit').fill('10');
    await field('Name').fill('each-user');
    await button('Make this budget').click();
    await expect.poll(() => field('Name').getAttribute('aria-invalid')).toBe('true');
    await tab.page.keyboard.press('Escape');
    await expect.poll(() => dialog().count()).toBe(0);
    expect(await tab.page.evaluate(() => document.activeElement?.textContent)).toBe('New budget');
    expect(await budgets()).toEqual(before);
  });

  it('is edited, and only what was changed is another', async () => {
    await show('/budgets/each-user');
    const before = await definition('each-user');
    await button('Edit').click();
    await field('Limit').fill('0.001');
    await button('Save').click();
    await expect.poll(() => definition('each-user')).toEqual({ ...before, limit: { usd: '0.001' } });
    await expect.poll(() => tab.page.locator('main').textContent()).toContain('$0.001 a day');
  });

  it('is paused and resumed', async () => {
    await button('Pause').click();
    await expect.poll(async () => (await definition('each-user'))?.['mode']).toBe('shadow');
    await expect.poll(() => tab.page.locator('h1').textContent()).toContain('paused');
    await button('Resume').click();
    await expect.poll(async () => (await definition('each-user'))?.['mode']).toBe('enforce');
    await expect.poll(() => tab.page.locator('h1').textContent()).not.toContain('paused');
  });

  it('is raised until a time, and the raise is ended early', async () => {
    const raises = async () => (await store.get('/api/v1/budgets/each-user/raises')).items;
    await button('Raise the limit').click();
    await field('By how many US dollars').fill('much');
    await button('Raise it').click();
    await expect.poll(() => field('By how many US dollars').getAttribute('aria-invalid')).toBe('true');
    expect(await raises()).toEqual([]);
    await field('By how many US dollars').fill('0.25');
    await field('Why').fill('launch week');
    // The end of the window, which it begins with, may be near.
    await button('in a day').click();
    await button('Raise it').click();
    await expect.poll(async () => (await raises()).length).toBe(1);
    const [raise] = await raises();
    expect(raise).toMatchObject({ reason: 'launch week' });
    expect(JSON.stringify(raise)).toContain('0.25');
    expect(Date.parse(raise.ends_at)).toBeGreaterThan(Date.now());
    const table = tab.page.getByRole('table', { name: 'Raises of each-user' });
    await expect.poll(() => table.textContent()).toContain('launch week');
    await button('End now').click();
    await expect.poll(raises).toEqual([]);
    await expect.poll(() => tab.page.locator('main').textContent()).toContain('The limit is not raised now.');
  });

  it('of the file is only read and raised, with the reason', async () => {
    await show('/budgets/of-the-file');
    expect(await tab.page.locator('main').textContent()).toContain('It stands in tollgate.yaml');
    for (const name of ['Edit', 'Pause', 'Delete']) expect(await button(name).count()).toBe(0);
  });

  it('is deleted after a question', async () => {
    await show('/budgets/each-user');
    await button('Delete').click();
    await button('Cancel').click();
    expect((await budgets()).map(({ name }) => name)).toContain('each-user');
    await button('Delete').click();
    await button('Delete this budget').click();
    await expect.poll(() => new URL(tab.page.url()).pathname).toBe('/budgets');
    expect((await budgets()).map(({ name }) => name)).toEqual(['of-the-file']);
    await show('/budgets/each-user');
    expect(await tab.page.locator('main').textContent()).toContain('There is no such budget');
  });
});

describe('a call that waits', () => {
  const question = { provider: 'openai', model: 'gpt-4o', input_tokens: 100_000, max_output_tokens: 100 };
  const waiting = async () => (await store.get('/api/v1/approvals?state=waiting')).items;
  beforeAll(async () => {
    const limits = { window: 'month', limit: { usd: '0.01' }, on_exceed: 'require_approval' };
    await store.change('PUT', '/api/v1/budgets/ask-first', { ...limits, match: { agent: 'spender' } });
    for (const user of ['ada', 'grace']) {
      const decision = await store.change('POST', '/policy/v1/decisions', {
        subject: { agent: 'spender', user },
        call: question,
      });
      expect(decision.effect).toBe('require_approval');
    }
  });

  it('is approved with a note', async () => {
    await show('/budgets');
    await tab.page.getByRole('link', { name: '2 calls wait for approval' }).click();
    await settled(tab.page);
    const item = tab.page.locator('.approval', { hasText: 'ada' });
    await item.getByLabel('Note').fill('just this once');
    await item.getByRole('button', { name: 'Approve' }).click();
    await expect.poll(async () => (await waiting()).length).toBe(1);
    const { items } = await store.get('/api/v1/approvals?state=approved');
    expect(items.map(({ subject }: { subject: { user: string } }) => subject.user)).toEqual(['ada']);
    const log = await store.get('/api/v1/audit-log?limit=5');
    expect(JSON.stringify(log.items)).toContain('just this once');
    await expect.poll(() => tab.page.locator('.approval').count()).toBe(1);
  });

  it('is refused', async () => {
    await tab.page.locator('.approval', { hasText: 'grace' }).getByRole('button', { name: 'Refuse' }).click();
    await expect.poll(waiting).toEqual([]);
    const { items } = await store.get('/api/v1/approvals?state=refused');
    expect(items).toHaveLength(1);
    await expect.poll(() => tab.page.locator('main').textContent()).toContain('Nothing waits for approval');
  });

  it('broke no rule of the page’s policy', () => {
    expect(tab.faults).toEqual([]);
  });
});
