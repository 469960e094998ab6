import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTollgate } from '../support/service.ts';
import { type Browser, openBrowser, type Tab } from './support/browser.ts';
import { amountOf } from './support/reading.ts';
import { chat, deliver, newTraceId } from './support/spans.ts';
import { ask, openEmpty, type Store } from './support/stores.ts';

let store: Store;
let browser: Browser;
let tab: Tab;
const keys: Record<string, string> = {};
beforeAll(async () => {
  store = await openEmpty();
  for (const [name, tenant, scope] of [
    ['acme', 'acme', 'ingest,query,admin'],
    ['globex', 'globex', 'ingest,query'],
    ['sender', 'acme', 'ingest'],
  ] as const) {
    const settings = ['--tenant', tenant, '--scope', scope, '--name', name, '--data-dir', store.dataDir, '--json'];
    const made = await runTollgate(['keys', 'create', ...settings]);
    keys[name] = JSON.parse(made.stdout).key;
  }
  // A key counts for the service a second later at the latest.
  while ((await fetch(`${store.api}/api/v1/costs`)).status !== 401);
  // One call of acme, 0.0035 USD; two of globex.
  await deliver(store, [chat({ traceId: newTraceId() }, { 'gen_ai.agent.name': 'acme-agent' })], bearer('acme'));
  const traceId = newTraceId();
  await deliver(store, [chat({ traceId }), chat({ traceId })], bearer('globex'));
  browser = await openBrowser();
  tab = await browser.open(store.api);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const bearer = (name: string) => ({ authorization: `Bearer ${keys[name]}` });
const enter = async (page: Page, key: string): Promise<void> => {
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
};
const sum = () => amountOf(tab.page.locator('.huge'));

describe('with API keys', () => {
  it('asks for one before it shows anything', async () => {
    expect(await tab.page.locator('main h1').textContent()).toBe('Sign in');
    expect(await tab.page.getByRole('navigation').count()).toBe(0);
    expect(await tab.page.getByLabel('API key').getAttribute('type')).toBe('password');
  });

  it.each(['tg_wrong', 'schlüssel', 'tg_0000000000000000_00000000000000000000000000000000'])(
    'refuses %s, and says so',
    async (key) => {
      await enter(tab.page, key);
      await tab.page.locator('.field-fault').waitFor();
      expect(await tab.page.locator('main h1').textContent()).toBe('Sign in');
      expect(await tab.page.evaluate(() => sessionStorage.length)).toBe(0);
    },
  );

  it('shows the tenant of the key, and nothing of another', async () => {
    await enter(tab.page, keys['acme'] ?? '');
    await expect.poll(sum).toBe('0.0035');
    const foot = tab.page.locator('footer');
    await expect.poll(() => foot.textContent()).toContain('Tenant acme · key acme');
  });

  it('keeps the key in this tab alone: not in an address, nor in a cookie, nor where it would outlive the tab', async () => {
    for (const link of ['Explore', 'Calls', 'Overview']) {
      await tab.page.getByRole('navigation').getByRole('link', { name: link }).click();
      expect(tab.page.url()).not.toContain('tg_');
    }
    const kept = await tab.page.evaluate(() => JSON.stringify([localStorage, document.cookie, history.state]));
    expect(kept).not.toContain('tg_');
    expect(await browser.context.cookies()).toEqual([]);
    await tab.page.reload();
    await expect.poll(sum).toBe('0.0035');
    const other = await browser.open(store.api);
    expect(await other.page.locator('main h1').textContent()).toBe('Sign in');
    await other.page.close();
  });

  it('forgets the key at sign out, and takes another', async () => {
    await tab.page.getByRole('button', { name: 'Sign out' }).click();
    await expect.poll(() => tab.page.locator('main h1').textContent()).toBe('Sign in');
    expect(await tab.page.evaluate(() => sessionStorage.length)).toBe(0);
    await enter(tab.page, `  ${keys['globex']}\n`);
    await expect.poll(sum).toBe('0.007');
    expect(await tab.page.locator('main').textContent()).not.toContain('acme-agent');
  });

  it('goes back to the form once the key is revoked', async () => {
    const { key } = await ask(store.api, 'GET', '/api/v1/whoami', undefined, bearer('globex'));
    await runTollgate(['keys', 'revoke', key.id, '--data-dir', store.dataDir]);
    await expect.poll(() => tab.page.locator('main h1').textContent()).toBe('Sign in');
    expect(await tab.page.locator('.field-fault').textContent()).not.toBe('');
    expect(await tab.page.locator('main').textContent()).not.toContain('gpt-4o');
  });

  it('does not let a key in that may not read', async () => {
    await enter(tab.page, keys['sender'] ?? '');
    await tab.page.locator('.field-fault, .fault').first().waitFor();
    expect(await tab.page.locator('.huge').count()).toBe(0);
  });

  it('broke no rule of its policy', () => {
    expect(tab.faults).toEqual([]);
  });
});
