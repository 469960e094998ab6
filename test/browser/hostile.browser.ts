import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, openBrowser, phone, settled, type Tab } from './support/browser.ts';
import { amountOf, scrollsSideways } from './support/reading.ts';
import { chat, deliver, newTraceId, span } from './support/spans.ts';
import { openEmpty, type Store } from './support/stores.ts';

const MARK = 'pwned';
const names = [
  `<img src=x onerror="document.title='${MARK}'">`,
  `"><script>document.title='${MARK}'</script>`,
  `javascript:document.title='${MARK}'`,
  `' onmouseover='document.title="${MARK}"' x='`,
  '{{constructor.constructor("alert(1)")()}} ${7*7} %s %n',
  'a/b?c=d&e=f#g%2Fh%00%zz..//../..',
  'comma, back\\slash and "quotes"',
  'שלום \u202e reversed \u202c مرحبا',
  '🦊👩‍👩‍👧‍👦 e\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
  '\u0001\u0007\u001b[31mred\u007f\u2028\u2029\ufeff',
  '\u200b\u200b\u00a0',
  '(none)',
  'other',
  '__proto__',
  'constructor',
  `long-${'x'.repeat(4_000)}`,
];

let store: Store;
let browser: Browser;
let tab: Tab;
const traces: string[] = [];
beforeAll(async () => {
  store = await openEmpty();
  for (const name of names) {
    const traceId = newTraceId();
    traces.push(traceId);
    const root = span({
      traceId,
      name,
      service: name,
      environment: name,
      error: name,
      attributes: { 'http.route': name },
    });
    const who = {
      'gen_ai.agent.name': name,
      'user.id': name,
      'gen_ai.conversation.id': name,
      'tollgate.tag.feature': name,
    };
    const call = { traceId, parentSpanId: root.spanId, name, service: name, environment: name, error: null };
    await deliver(store, [
      root,
      chat(call, who),
      chat(call, { ...who, 'gen_ai.request.model': name, 'gen_ai.response.model': name, 'gen_ai.provider.name': name }),
    ]);
  }
  browser = await openBrowser({ viewport: phone });
  tab = await browser.open(store.api);
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const show = async (path: string): Promise<void> => {
  await tab.page.goto(store.api + path);
  await settled(tab.page);
};

/** Nothing of the data became markup, ran, or pushed the page out of its width. */
async function isUnharmed(where: string): Promise<void> {
  const found = await tab.page.evaluate(() => ({
    title: document.title,
    // The page itself has no image, no frame, and scripts in its head alone.
    alien: document.querySelectorAll('main img, iframe, main script, object, embed, main form[action]').length,
    handlers: [...document.querySelectorAll('main *')].filter((each) =>
      each.getAttributeNames().some((name) => name.startsWith('on')),
    ).length,
    links: [...document.querySelectorAll('a')].filter((link) => !['http:', 'https:'].includes(link.protocol)).length,
  }));
  expect(found, where).toMatchObject({ alien: 0, handlers: 0, links: 0 });
  expect(found.title, where).not.toBe(MARK);
  expect(await scrollsSideways(tab.page), where).toBe(false);
  expect(tab.faults, where).toEqual([]);
}

describe('names that mean harm', () => {
  it('stay names on the overview and in every list', async () => {
    for (const path of [
      '/',
      '/?by=user',
      '/?by=service',
      '/sessions',
      '/users',
      '/agents',
      '/models',
      '/runs',
      '/calls?charge=all',
      '/prices',
      '/alerts',
    ]) {
      await show(path);
      await isUnharmed(path);
    }
  });

  it('stay names in the explorer, by any dimension', async () => {
    for (const by of ['agent,user,session,model', 'provider,service,environment,endpoint', 'tag.feature']) {
      await show(`/explore?by=${by}`);
      await isUnharmed(by);
      await tab.page.getByRole('button', { name: 'Show as table' }).click();
      await isUnharmed(`${by} as a table`);
    }
  });

  it('stay names in traces and calls', async () => {
    for (const trace of traces) {
      await show(`/traces/${trace}`);
      await isUnharmed(trace);
      await tab.page.getByRole('link', { name: 'Open the call' }).click();
      await settled(tab.page);
      await isUnharmed(`a call of ${trace}`);
    }
  });

  it('are links that lead to what they name', async () => {
    for (const list of ['agents', 'users', 'sessions']) {
      const { items } = await store.get(`/api/v1/${list}?limit=100`);
      expect(items).toHaveLength(names.length);
      await show(`/${list}`);
      for (const { id } of items) {
        const link = tab.page.locator(`tbody a[href*="/${list}/${encodeURIComponent(id)}"]`).first();
        await link.click();
        await settled(tab.page);
        await isUnharmed(`${list} ${id.slice(0, 40)}`);
        expect(await amountOf(tab.page.locator('.sheet-head .lead'))).toBe('0.0035');
        const [name] = await tab.page.locator('h1 bdi').allTextContents();
        expect(name?.trim()).toBe(id.trim());
        await tab.page.goBack();
        await settled(tab.page);
      }
    }
  });

  it('filter as they are written', async () => {
    for (const name of ['comma, back\\slash and "quotes"', '__proto__', names[0] ?? '']) {
      const value = name.replaceAll(/[\\,]/g, (character) => `\\${character}`);
      await show(`/explore?by=model&agent=${encodeURIComponent(value)}`);
      expect(await tab.page.locator('.chip bdi').allTextContents()).toEqual([name]);
      expect(await amountOf(tab.page.locator('.sheet-head .lead'))).toBe('0.0035');
      await isUnharmed(name);
    }
  });
});
