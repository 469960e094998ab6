import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { inject } from 'vitest';

/** What a headless Chromium needs in a container, as root or not, and what keeps it from asking the network for anything of its own. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--force-color-profile=srgb',
];

export const desktop = { width: 1280, height: 900 } as const;
export const phone = { width: 390, height: 844 } as const;

export interface Look {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  /** IANA zone of the viewer. */
  readonly timezone?: string;
}

export interface Browser extends AsyncDisposable {
  readonly context: BrowserContext;
  /** A tab at this address, once its first answers are in; whatever goes wrong in it is in `faults`. */
  open(url: string): Promise<Tab>;
}

export interface Tab {
  readonly page: Page;
  /** Refusals of the content security policy, requests that left the origin, errors nobody caught, and what was written to the console. */
  readonly faults: readonly string[];
}

export async function openBrowser(look: Look = {}): Promise<Browser> {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: inject('chromium'),
    headless: true,
    args: FLAGS,
    viewport: look.viewport ?? desktop,
    colorScheme: look.colorScheme ?? 'light',
    timezoneId: look.timezone ?? 'Europe/Berlin',
    locale: 'en-US',
    acceptDownloads: true,
  });
  return {
    context,
    open: async (url) => {
      const page = await context.newPage();
      const faults = watch(page, new URL(url).origin);
      await page.goto(url, { waitUntil: 'load' });
      await settled(page);
      return { page, faults };
    },
    [Symbol.asyncDispose]: async () => {
      await context.close();
      fs.rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Until nothing on the page waits: no part of it is busy or, unless a fault is shown, of the question before, two frames in a row. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor();
  // A change of the address is drawn in the frame after it, and what that asks for in the one after that.
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const isWaiting = () =>
      document.querySelector('[aria-busy="true"]') !== null ||
      (document.querySelector('.stale') !== null && document.querySelector('.fault') === null);
    for (let quiet = 0; quiet < 2;) {
      await frame();
      quiet = isWaiting() ? 0 : quiet + 1;
    }
  });
}

function watch(page: Page, origin: string): readonly string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // A refused request is told there too; what the page makes of it is tested where it is provoked.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (asked !== origin && protocol !== 'blob:') faults.push(`foreign request: ${request.url()}`);
  });
  return faults;
}
