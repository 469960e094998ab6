import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from './support/accessibility.ts';
import { type Browser, desktop, openBrowser, phone, settled, type Tab } from './support/browser.ts';
import { heading, scrollsSideways } from './support/reading.ts';
import { openFilled } from './support/stores.ts';
import { viewsOf } from './support/views.ts';

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

const show = async (path: string): Promise<void> => {
  await tab.page.goto(store.api + path);
  await settled(tab.page);
};

const looks = [
  { name: 'in light on a desktop', viewport: desktop, colorScheme: 'light' },
  { name: 'in dark on a phone', viewport: phone, colorScheme: 'dark' },
] as const;

describe.each(looks)('$name', ({ viewport, colorScheme }) => {
  beforeAll(async () => {
    await tab.page.setViewportSize(viewport);
    await tab.page.emulateMedia({ colorScheme });
  });

  it('no view violates WCAG 2.2 AA or the best practices of axe, or scrolls sideways', async () => {
    const found: string[] = [];
    for (const [name, path] of Object.entries(views)) {
      await show(path);
      found.push(...(await findViolations(tab.page)).map((violation) => `${name}: ${violation}`));
      if (await scrollsSideways(tab.page)) found.push(`${name}: scrolls sideways`);
    }
    expect(found).toEqual([]);
  });

  it('nor does what opens in them', async () => {
    const found: string[] = [];
    const look = async (name: string): Promise<void> => {
      found.push(...(await findViolations(tab.page)).map((violation) => `${name}: ${violation}`));
    };
    await show('/explore?by=agent&agent=planner');
    await tab.page.getByRole('button', { name: 'Add a filter' }).click();
    await look('a filter being written');
    await tab.page.getByRole('button', { name: 'Show as table' }).click();
    await look('the chart as a table');
    await show('/calls');
    await tab.page.getByLabel('At least, in USD').fill('much');
    await look('a wrong input');
    await show('/explore?from=yesterday');
    await tab.page.locator('.fault').first().waitFor();
    await look('a refused question');
    expect(found).toEqual([]);
  });
});

describe('on narrow screens', () => {
  it('320 pixels wide, no view scrolls sideways', async () => {
    await tab.page.setViewportSize({ width: 320, height: 800 });
    const sideways: string[] = [];
    for (const [name, path] of Object.entries(views)) {
      await show(path);
      if (await scrollsSideways(tab.page)) sideways.push(name);
    }
    expect(sideways).toEqual([]);
  });
});

describe('by keyboard alone', () => {
  beforeAll(async () => {
    await tab.page.setViewportSize(desktop);
    await tab.page.emulateMedia({ colorScheme: 'light' });
  });
  const focused = () => tab.page.evaluate(() => document.activeElement?.textContent ?? '');
  const tabTo = async (text: string | RegExp, within = 120): Promise<void> => {
    for (let step = 0; step < within; step += 1) {
      await tab.page.keyboard.press('Tab');
      const found = await focused();
      if (typeof text === 'string' ? found === text : text.test(found)) return;
    }
    throw new Error(`expected to come to ${text} within ${within} steps, found ${await focused()}`);
  };

  it('skips to the content, chooses a period, opens the calls and one of them, and comes back', async () => {
    await show('/');
    await tab.page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to content');
    await tabTo('7 d');
    await tab.page.keyboard.press('Enter');
    await expect.poll(() => heading(tab.page)).toBe('Spent in the last 7 days');
    await tab.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await tabTo('Calls');
    await tab.page.keyboard.press('Enter');
    await expect.poll(() => heading(tab.page)).toBe('Calls');
    // The focus is where reading goes on.
    await expect.poll(focused).toBe('Calls');
    await settled(tab.page);
    await tabTo(/^\d+ \w+ \d\d:\d\d:\d\d$/);
    await tab.page.keyboard.press('Enter');
    await expect.poll(() => new URL(tab.page.url()).pathname).toMatch(/^\/calls\/\w+\/\w+$/);
    await settled(tab.page);
    expect(new URL(tab.page.url()).searchParams.get('period')).toBe('7d');
    await tab.page.goBack();
    await expect.poll(() => heading(tab.page)).toBe('Calls');
  });

  it('shows where the focus is, on everything that takes it', async () => {
    for (const path of ['/', '/explore', '/sessions', '/budgets', views['trace'] ?? '']) {
      await show(path);
      const unmarked = new Set<string>();
      for (let step = 0; step < 40; step += 1) {
        await tab.page.keyboard.press('Tab');
        const bare = await tab.page.evaluate(() => {
          const { activeElement: element } = document;
          if (element === null || element === document.body) return null;
          const isMarked = (each: Element | null): boolean => {
            if (each === null) return false;
            const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
            return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
          };
          // What is invisible itself marks what it lies over.
          const active = document.getElementById(element.getAttribute('aria-activedescendant') ?? '');
          const near = [element, element.parentElement, ...(active?.children ?? [])];
          return near.some(isMarked) || [...(element.parentElement?.children ?? [])].some(isMarked)
            ? null
            : element.outerHTML.slice(0, 120);
        });
        if (bare !== null) unmarked.add(bare);
      }
      expect([...unmarked], path).toEqual([]);
    }
  });

  it('has nothing to hit that is smaller than 24 by 24 pixels, but links within text', async () => {
    for (const path of ['/', '/explore?agent=planner', '/sessions', '/budgets', '/prices', '/alerts']) {
      await show(path);
      const small = await tab.page.evaluate(() =>
        [...document.querySelectorAll('button, select, input, summary, nav a')]
          .map((each) => ({ box: each.getBoundingClientRect(), html: each.outerHTML.slice(0, 100) }))
          .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
          .map(({ box, html }) => `${Math.round(box.width)}×${Math.round(box.height)} ${html}`),
      );
      expect(small, path).toEqual([]);
    }
  });
});

describe('as the viewer has set it', () => {
  it('moves nothing where less motion is wished', async () => {
    await tab.page.emulateMedia({ reducedMotion: 'reduce' });
    await show('/');
    const moving = await tab.page.evaluate(
      () => document.getAnimations().filter((each) => Number(each.effect?.getComputedTiming().duration) > 1).length,
    );
    expect(moving).toBe(0);
    await tab.page.emulateMedia({ reducedMotion: null });
  });

  it('has bars and legend to be told apart in forced colours', async () => {
    await tab.page.emulateMedia({ forcedColors: 'active' });
    await show('/');
    const fills = await tab.page.evaluate(() => {
      const fillOf = (each: Element): string => getComputedStyle(each).fill;
      return [...new Set([...document.querySelectorAll('.chart svg rect[class^="c"]')].map(fillOf))];
    });
    expect(fills.length).toBeGreaterThan(1);
    const swatches = await tab.page.evaluate(() =>
      [...document.querySelectorAll('.legend .swatch')].map((each) => getComputedStyle(each).backgroundColor),
    );
    expect(new Set(swatches).size).toBeGreaterThan(1);
    await tab.page.emulateMedia({ forcedColors: null });
  });

  it('remembers the theme', async () => {
    await show('/');
    const paper = () => tab.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await tab.page.getByRole('button', { name: 'dark', exact: true }).click();
    const dark = await paper();
    await tab.page.reload();
    await settled(tab.page);
    expect(await paper()).toBe(dark);
    await tab.page.getByRole('button', { name: 'light', exact: true }).click();
    expect(await paper()).not.toBe(dark);
    await tab.page.getByRole('button', { name: 'system', exact: true }).click();
    expect(await tab.page.evaluate(() => localStorage.length)).toBe(0);
  });
});
