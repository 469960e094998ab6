import type { Locator, Page } from 'playwright-core';
import { settled } from './browser.ts';

/** The API's text of an amount that the page shows, from its title: `$1,234.50 exactly` is `1234.5`. Null where it says that there is no price. */
export async function amountOf(place: Locator): Promise<string | null> {
  const titles = await place.locator('xpath=descendant-or-self::*[@title]').all();
  for (const each of titles) {
    const title = (await each.getAttribute('title')) ?? '';
    const [, sign = '', digits] = /^([−-]?)\$([\d,]+\.\d+) exactly$/.exec(title) ?? [];
    if (digits !== undefined) return `${sign === '' ? '' : '-'}${plain(digits)}`;
    if (title.startsWith('Nobody knows the price')) return null;
  }
  throw new Error(`expected an amount, found ${await place.innerHTML()}`);
}

/** As the API writes decimals: without commas and without zeros at the end. */
function plain(digits: string): string {
  return digits.replaceAll(',', '').replace(/\.?0+$/, '');
}

/** The text of each row of a table's body, cell by cell. */
export async function cellsOf(table: Locator): Promise<string[][]> {
  return table
    .locator('tbody tr:not(.spacer)')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('th, td')].map((cell) => (cell.textContent ?? '').trim())),
    );
}

export const heading = (page: Page): Promise<string | null> => page.locator('main h1').textContent();

/** Follows a link of the page and waits for the view behind it. */
export async function follow(page: Page, link: Locator): Promise<void> {
  await link.click();
  await settled(page);
}

/** Whether the page can be moved sideways: what is wider than its place has to scroll in a box of its own. */
export function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    scrollTo(10_000, scrollY);
    const isMoved = scrollX > 0;
    scrollTo(0, scrollY);
    return isMoved;
  });
}

/** The exact sum of decimal texts. */
export function sumOf(amounts: readonly (string | null)[]): string {
  const digits = 18;
  const sum = amounts.reduce((all, amount) => {
    const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount ?? '0') ?? [];
    const scaled = BigInt(whole + fraction.padEnd(digits, '0'));
    return sign === '' ? all + scaled : all - scaled;
  }, 0n);
  const size = sum < 0n ? -sum : sum;
  const text = String(size).padStart(digits + 1, '0');
  const decimal = `${text.slice(0, -digits)}.${text.slice(-digits)}`.replace(/\.?0+$/, '');
  return sum < 0n ? `-${decimal}` : decimal;
}
