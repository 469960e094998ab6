import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, desktop, openBrowser, phone, settled, type Tab } from './support/browser.ts';
import { openEmpty, openFilled, type Store } from './support/stores.ts';
import { viewsOf } from './support/views.ts';

const DEMO = fileURLToPath(new URL('../../dist/demo/main.js', import.meta.url));
/** Where pictures go; without it the views are only looked at. */
const directory = process.env['TOLLGATE_SCREENSHOTS'];
const HEIGHT_MAX = 1_400;
const BYTES_MAX = 250_000;
const taken = [
  'overview',
  'explore',
  'sessions',
  'session',
  'trace',
  'call',
  'budgets',
  'budget',
  'approvals',
  'prices',
  'price',
  'alerts',
];
const onPhone = ['overview', 'trace', 'budgets'];

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

/** The top of the page, as a person would see it, in a file that a README may hold. */
async function take(page: Page, name: string): Promise<void> {
  if (directory === undefined) return;
  const { width = desktop.width } = page.viewportSize() ?? {};
  fs.mkdirSync(directory, { recursive: true });
  const file = path.join(directory, `${name}.png`);
  let height = Math.min(HEIGHT_MAX, await page.evaluate(() => document.documentElement.scrollHeight));
  for (;;) {
    const clip = { x: 0, y: 0, width, height: Math.round(height) };
    await page.screenshot({ path: file, clip, fullPage: true, animations: 'disabled' });
    if (fs.statSync(file).size < BYTES_MAX) return;
    // A long list says as much with fewer rows.
    height *= 0.85;
  }
}

async function show(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await settled(page);
  expect(await page.locator('main h1').count(), address).toBe(1);
  expect(await page.locator('main .fault').count(), address).toBe(0);
}

/** In both there are as many views as pictures; without pictures once is enough, and axe looks at both. */
const schemes = directory === undefined ? (['light'] as const) : (['light', 'dark'] as const);

describe.each(schemes)('in %s', (colorScheme) => {
  beforeAll(() => tab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }));

  it.each(taken)('%s is drawn', async (view) => {
    await tab.page.setViewportSize(desktop);
    await show(tab.page, store.api + (views[view] ?? ''));
    await take(tab.page, `${view}-${colorScheme}`);
    expect(tab.faults).toEqual([]);
  });

  it.each(onPhone)('%s is drawn on a phone', async (view) => {
    await tab.page.setViewportSize(phone);
    await show(tab.page, store.api + (views[view] ?? ''));
    await take(tab.page, `${view}-phone-${colorScheme}`);
    expect(tab.faults).toEqual([]);
  });
});

describe('before and after the demo', () => {
  let own: Store;
  beforeAll(async () => {
    own = await openEmpty();
    await tab.page.setViewportSize(desktop);
  });
  afterAll(() => own[Symbol.asyncDispose]());

  it('the first view says how to send a span, then what the agents cost', async () => {
    const { page, faults } = await browser.open(own.api);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await take(page, `first-run-${colorScheme}`);
    }
    const demo = spawn(process.execPath, [DEMO, '--otlp', own.http, '--api', own.api], { stdio: 'ignore' });
    const [code] = await once(demo, 'exit');
    expect(code).toBe(0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const [name, address] of [
        ['overview', '/'],
        ['agents', '/agents'],
        ['budgets', '/budgets'],
      ] as const) {
        await show(page, own.api + address);
        await take(page, `demo-${name}-${colorScheme}`);
      }
    }
    expect(faults).toEqual([]);
  });
});
