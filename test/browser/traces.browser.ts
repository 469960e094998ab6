import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, openBrowser, settled, type Tab } from './support/browser.ts';
import { amountOf, follow } from './support/reading.ts';
import { chat, deliver, newSpanId, newTraceId, span } from './support/spans.ts';
import { openEmpty, openFilled, type Store } from './support/stores.ts';

interface Span {
  readonly span_id: string;
  readonly name: string;
  readonly cost_usd: string | null;
  readonly subtree_cost_usd: string | null;
  readonly charge: string | null;
  readonly children: readonly Span[];
}

let filled: Awaited<ReturnType<typeof openFilled>>;
let own: Store;
let browser: Browser;
let tab: Tab;
beforeAll(async () => {
  filled = await openFilled();
  // What waits for calls below it is still waiting when it is looked at.
  own = await openEmpty(['--settle-delay-ms', '3600000']);
  browser = await openBrowser();
  tab = await browser.open(`${filled.api}/traces`);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await own[Symbol.asyncDispose]();
});

const show = async (store: { readonly api: string }, path: string): Promise<void> => {
  await tab.page.goto(store.api + path);
  await settled(tab.page);
};
const grid = (): Locator => tab.page.getByRole('treegrid');
const rows = (): Locator => grid().locator('tr[data-row]');
const inOrder = (spans: readonly Span[]): Span[] => spans.flatMap((each) => [each, ...inOrder(each.children)]);
const hasCharged = (each: Span): boolean => each.charge === 'charged' || each.children.some(hasCharged);

async function traceWith(charge: string): Promise<{ readonly id: string; readonly spans: Span[] }> {
  const { items } = await filled.get(`/api/v1/calls?charge=${charge}&min_cost_usd=0.0001&limit=1`);
  const id: string = items[0].trace_id;
  return { id, spans: inOrder((await filled.get(`/api/v1/traces/${id}`)).spans) };
}

/** An agent that says what its two calls used, one that waits for calls below it, and a span whose parent is not here. */
async function sendEveryCharge(): Promise<string> {
  const traceId = newTraceId();
  const [root, agent] = [newSpanId(), newSpanId()];
  const total = {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'planner',
    'gen_ai.request.model': 'gpt-4o',
  };
  await deliver(own, [
    span({ traceId, spanId: root, name: 'POST /api/tasks', kind: 2, durationMs: 4_000 }),
    span({
      traceId,
      spanId: agent,
      parentSpanId: root,
      name: 'invoke_agent planner',
      attributes: { ...total, 'gen_ai.usage.input_tokens': 2_000, 'gen_ai.usage.output_tokens': 200 },
    }),
    chat({ traceId, parentSpanId: agent }),
    chat({ traceId, parentSpanId: agent }),
    span({
      traceId,
      parentSpanId: root,
      name: 'invoke_agent waiter',
      attributes: {
        ...total,
        'gen_ai.agent.name': 'waiter',
        'gen_ai.usage.input_tokens': 500,
        'gen_ai.usage.output_tokens': 5,
      },
    }),
    span({ traceId, parentSpanId: newSpanId(), name: 'of a parent that is not here' }),
  ]);
  return traceId;
}

describe('a trace', () => {
  it('has a row a span, with its own cost and that of all below as the API says them', async () => {
    const { id, spans } = await traceWith('duplicate');
    await show(filled, `/traces/${id}`);
    expect(await rows().count()).toBe(spans.length);
    for (const [at, each] of spans.entries()) {
      const row = rows().nth(at);
      expect(await row.locator('.span-text').getAttribute('title')).toBe(each.name);
      if (each.charge !== null) expect(await amountOf(row.locator('.span-own'))).toBe(each.cost_usd);
      else expect(await row.locator('.span-own').textContent()).toBe('');
      if (hasCharged(each)) expect(await amountOf(row.locator('.span-below'))).toBe(each.subtree_cost_usd);
    }
    const trace = await filled.get(`/api/v1/traces/${id}`);
    expect(await amountOf(tab.page.locator('.sheet-head .lead'))).toBe(trace.cost_usd);
  });

  it('says of a copy that it is not charged, why, and leads to the charged one', async () => {
    const { id, spans } = await traceWith('duplicate');
    const copy = spans.find(({ charge }) => charge === 'duplicate');
    await show(filled, `/traces/${id}?span=${copy?.span_id}`);
    const row = grid().locator('tr[aria-selected="true"]');
    expect(await row.locator('.span-charge').textContent()).toBe('duplicate');
    expect(await row.locator('.not-counted').textContent()).toContain('not counted: ');
    const detail = tab.page.getByRole('region', { name: 'The chosen span' });
    expect(await detail.textContent()).toContain('Not charged: another span reports the same paid call');
    await follow(tab.page, detail.getByRole('link', { name: /^The charged copy/ }));
    const charged = new URL(tab.page.url()).searchParams.get('span');
    expect(spans.find(({ span_id: of }) => of === charged)?.charge).toBe('charged');
    await expect.poll(() => detail.textContent()).toContain('Charged: its cost is in every sum.');
  });

  it('says of an agent’s total that the calls below it are charged, and of one without calls that it waits', async () => {
    const id = await sendEveryCharge();
    await show(own, `/traces/${id}`);
    const marks = await rows().locator('.span-charge').allTextContents();
    expect(marks.toSorted()).toEqual(['', '', 'charged', 'charged', 'container', 'pending']);
    // Two calls of 1,000 × 2.5e-6 + 100 × 1e-5 USD.
    expect(await amountOf(tab.page.locator('.sheet-head .lead'))).toBe('0.007');
    const detail = tab.page.getByRole('region', { name: 'The chosen span' });
    await rows().filter({ hasText: 'container' }).click();
    await expect.poll(() => detail.textContent()).toContain('Not charged: it sums or wraps other calls');
    await rows().filter({ hasText: 'pending' }).click();
    await expect.poll(() => detail.textContent()).toContain('Not charged yet');
    expect(await rows().filter({ hasText: 'of a parent that is not here' }).textContent()).toContain('parent missing');
  });

  it('says of a call at which price, how the cost came about, whose it is, and how it was booked', async () => {
    const { id, spans } = await traceWith('charged');
    const charged = spans.find((each) => each.charge === 'charged' && each.cost_usd !== null);
    await show(filled, `/traces/${id}?span=${charged?.span_id}`);
    const call = await filled.get(`/api/v1/calls/${id}/${charged?.span_id}`);
    const detail = tab.page.getByRole('region', { name: 'The chosen span' });
    await detail.locator('.call-sum').waitFor();
    expect(await amountOf(detail.locator('.call-sum'))).toBe(call.cost_usd);
    expect(await amountOf(detail.locator('.cost-table tfoot'))).toBe(call.cost_usd);
    expect(await detail.locator('.price-words').first().textContent()).toContain(call.price.card);
    const booked = detail.locator('table.bookings tbody tr');
    expect(await booked.count()).toBe(call.ledger.length);
    expect(await amountOf(booked.first().locator('td').last())).toBe(call.ledger[0].cost_usd);
    expect(await detail.locator('.call-who').textContent()).toContain(call.agent);
  });

  it('is walked by the keys of a treegrid', async () => {
    const { id, spans } = await traceWith('duplicate');
    await show(filled, `/traces/${id}`);
    const active = async (): Promise<number> =>
      Number((await grid().getAttribute('aria-activedescendant'))?.replace('span-row-', ''));
    await grid().focus();
    for (const [key, at] of [
      ['Home', 0],
      ['ArrowDown', 1],
      ['End', spans.length - 1],
      ['ArrowUp', spans.length - 2],
      ['Home', 0],
    ] as const) {
      await tab.page.keyboard.press(key);
      await expect.poll(active).toBe(at);
    }
    await tab.page.keyboard.press('ArrowLeft');
    await expect.poll(() => rows().count()).toBe(1);
    expect(await rows().first().getAttribute('aria-expanded')).toBe('false');
    await tab.page.keyboard.press('ArrowRight');
    await expect.poll(() => rows().count()).toBe(spans.length);
    await tab.page.keyboard.press('ArrowRight');
    await expect.poll(active).toBe(1);
    await tab.page.keyboard.press('Enter');
    await expect.poll(() => new URL(tab.page.url()).searchParams.get('span')).toBe(spans[1]?.span_id);
    await tab.page.getByRole('button', { name: 'Collapse all' }).click();
    await expect.poll(() => rows().count()).toBe(1);
    await tab.page.getByRole('button', { name: 'Expand all' }).click();
    await expect.poll(() => rows().count()).toBe(spans.length);
  });

  it('of 10,000 spans has few rows in the document, and all of them by scrolling', async () => {
    const traceId = newTraceId();
    const root = newSpanId();
    const calls = Array.from({ length: 9_999 }, (_, at) =>
      chat({ traceId, parentSpanId: root, name: `call ${at}`, startMs: Date.now() - 20_000 + at }),
    );
    await deliver(own, [
      span({ traceId, spanId: root, name: 'storm', durationMs: 20_000, startMs: Date.now() - 20_001 }),
    ]);
    for (let first = 0; first < calls.length; first += 2_500) await deliver(own, calls.slice(first, first + 2_500));
    await show(own, `/traces/${traceId}`);
    // 9,999 × 0.0035 USD.
    expect(await amountOf(tab.page.locator('.sheet-head .lead'))).toBe('34.9965');
    await tab.page.getByRole('button', { name: 'Expand all' }).click();
    await expect.poll(() => grid().getAttribute('aria-rowcount')).toBe('10001');
    expect(await rows().count()).toBeLessThan(200);
    await grid().focus();
    await tab.page.keyboard.press('End');
    await expect.poll(() => rows().last().locator('.span-text').textContent()).toBe('call 9998');
    expect(await rows().count()).toBeLessThan(200);
    expect(await tab.page.locator('*').count()).toBeLessThan(5_000);
  });

  it('is opened by its id, and says so where there is none of that id', async () => {
    const { id } = await traceWith('charged');
    await show(filled, '/traces');
    await tab.page.getByLabel('Trace id').fill('not an id');
    await tab.page.getByRole('button', { name: 'Open' }).click();
    expect(await tab.page.locator('.field-fault').textContent()).toContain('32 hexadecimal digits');
    await tab.page.getByLabel('Trace id').fill(id);
    await tab.page.getByRole('button', { name: 'Open' }).click();
    await grid().waitFor();
    await show(filled, `/traces/${'0'.repeat(31)}1`);
    await expect.poll(() => tab.page.locator('main').textContent()).toContain('There is no such trace');
    expect(await tab.page.locator('main h1').count()).toBe(1);
  });

  it('has asked nothing but its own service, and broke no rule of its policy', () => {
    expect(tab.faults.filter((fault) => !fault.startsWith(`foreign request: ${own.api}`))).toEqual([]);
  });
});
