import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTestPlace, type TestPlace } from '../support/database.ts';
import { type RunningService, startService } from '../support/service.ts';
import { type Browser, openBrowser, settled, type Tab } from './support/browser.ts';
import { amountOf } from './support/reading.ts';
import { chat, deliver, newTraceId } from './support/spans.ts';

const SESSIONS = 100_000;
const AN_EXPORT = 2_000;
const AT_ONCE = 4;
/** A machine with other work stores some hundred calls a second. */
const FILL_TIMEOUT_MS = 900_000;
/** A row costs some nodes: what is shown may not grow with what there is. */
const ROWS_MAX = 250;

let place: TestPlace;
let service: RunningService;
let browser: Browser;
let tab: Tab;
beforeAll(async () => {
  place = await makeTestPlace('postgres18');
  service = await startService({ args: ['--data-dir', place.dataDir, '--database-url', place.url ?? ''] });
  for (let first = 0; first < SESSIONS; first += AN_EXPORT * AT_ONCE) {
    const parts = Array.from({ length: AT_ONCE }, (_, part) => first + part * AN_EXPORT);
    await Promise.all(
      parts
        .filter((start) => start < SESSIONS)
        .map((start) =>
          deliver(
            service,
            Array.from({ length: AN_EXPORT }, (_, at) => callOf(start + at)),
          ),
        ),
    );
  }
  browser = await openBrowser();
  tab = await browser.open(`${service.api}/sessions`);
}, FILL_TIMEOUT_MS);
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

const sessionName = (at: number): string => `session-${String(at).padStart(6, '0')}`;

/** The last session is the dearest: 1,000 tokens in cost 0.0025 USD, each one out 0.00001. */
const callOf = (at: number) =>
  chat(
    { traceId: newTraceId(), startMs: Date.now() - 3_600_000 + at },
    {
      'gen_ai.agent.name': `agent-${at % 7}`,
      'user.id': `user-${at % 50_000}`,
      'gen_ai.conversation.id': sessionName(at),
      'gen_ai.usage.output_tokens': at + 1,
    },
  );

const rows = () => tab.page.getByRole('table').first().locator('tbody tr:not(.spacer)');
const more = () => tab.page.getByRole('button', { name: 'Show more' });
const count = () => tab.page.getByRole('table').first().getAttribute('aria-rowcount');

describe('a hundred thousand sessions', () => {
  it('are listed, the dearest first, with the sum of all', async () => {
    // The sum of 1 … 100,000 tokens out is 5,000,050,000: 50,000.5 USD, and 250 USD for what went in.
    expect(await amountOf(tab.page.locator('.sheet-head .lead'))).toBe('50250.5');
    expect(await rows().first().getByRole('link').textContent()).toBe(sessionName(SESSIONS - 1));
    expect(await amountOf(rows().first().locator('td').last())).toBe('1.0025');
  });

  it('are shown page by page, with few of them in the document', async () => {
    for (let shown = 100; shown <= 400; shown += 50) {
      await more().click();
      if (shown > 200) await expect.poll(count).toBe(String(shown + 1));
      else await expect.poll(() => rows().count()).toBe(shown);
    }
    expect(await rows().count()).toBeLessThan(ROWS_MAX);
    await tab.page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await expect.poll(() => rows().last().getByRole('link').textContent()).toBe(sessionName(SESSIONS - 400));
    await tab.page.evaluate(() => scrollTo(0, 0));
    await expect.poll(() => rows().first().getByRole('link').textContent()).toBe(sessionName(SESSIONS - 1));
    expect(await rows().count()).toBeLessThan(ROWS_MAX);
  });

  it('are sorted by the store, so that the last is first the other way round', async () => {
    const header = tab.page.getByRole('columnheader', { name: /^Session/ });
    await header.getByRole('button').click();
    await expect.poll(() => header.getAttribute('aria-sort')).toBe('descending');
    await header.getByRole('button').click();
    await expect.poll(() => rows().first().getByRole('link').textContent()).toBe(sessionName(0));
  });

  it('open one by one', async () => {
    await tab.page.goto(`${service.api}/sessions/${sessionName(41_999)}`);
    await settled(tab.page);
    // 0.0025 + 42,000 × 0.00001.
    expect(await amountOf(tab.page.locator('.sheet-head .lead'))).toBe('0.4225');
  });

  it('are explored: the nine dearest and the rest over time, and page by page below', async () => {
    await tab.page.goto(`${service.api}/explore?by=session`);
    await settled(tab.page);
    expect(await amountOf(tab.page.locator('.sheet-head .lead'))).toBe('50250.5');
    const legend = tab.page.locator('.legend tbody tr');
    expect(await legend.count()).toBe(10);
    expect(await legend.last().textContent()).toContain('other');
    const groups = tab.page.getByRole('region', { name: 'Groups' }).locator('tbody tr:not(.spacer)');
    await expect.poll(() => groups.count()).toBe(100);
    await more().click();
    await expect.poll(() => groups.count()).toBe(200);
    expect(await tab.page.locator('*').count()).toBeLessThan(10_000);
    expect(tab.faults).toEqual([]);
  });

  it('are below an overview that stays short', async () => {
    await tab.page.goto(service.api);
    await settled(tab.page);
    expect(await amountOf(tab.page.locator('.huge'))).toBe('50250.5');
    expect(await tab.page.locator('*').count()).toBeLessThan(3_000);
  });
});
