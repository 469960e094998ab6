import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backgroundCalls, endOpenCalls } from '../../instrumentation/calls/call.ts';
import { passThrough } from '../../instrumentation/fetch/fetchCall.ts';
import { startTracing } from './tracing.ts';
import type { Tracing } from './tracing.ts';

const RESPONSES = 'https://api.openai.com/v1/responses';
const usage = { input_tokens: 75, output_tokens: 30, total_tokens: 105 };
const queued = { id: 'resp_1', model: 'o3-2025', status: 'queued', background: true, error: null, usage: null };
const running = { ...queued, status: 'in_progress' };
const completed = { ...queued, status: 'completed', usage };
let tracing: Tracing;

beforeAll(() => {
  tracing = startTracing();
});
afterEach(() => {
  endOpenCalls();
  tracing.forget();
});
afterAll(() => tracing.stop());

/** What the application gets of a `fetch` that is answered with `answer`. */
async function fetched(args: readonly unknown[], answer: object, status = 200): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await passThrough(
    () => Promise.resolve(new Response(JSON.stringify(answer), { status, headers })),
    args,
  );
  return (response as Response).json();
}
const create = (answer: object, url = RESPONSES): Promise<unknown> =>
  fetched([url, { method: 'POST', body: JSON.stringify({ model: 'o3', input: 'hi', background: true }) }], answer);
const retrieve = (answer: object, status?: number): Promise<unknown> =>
  fetched([`${RESPONSES}/resp_1?include[]=x`], answer, status);

const spans = (): unknown[] =>
  tracing
    .all()
    .map(({ name, attributes }) => [
      name,
      ...['gen_ai.response.id', 'gen_ai.usage.output_tokens', 'gen_ai.response.finish_reasons', 'error.type'].map(
        (key) => attributes[key],
      ),
    ]);
const DONE = ['chat o3', 'resp_1', 30, ['completed'], undefined];

describe('a response in the background', () => {
  it('is one call, with the usage that comes with its answer, however often that is asked for', async () => {
    expect(await create(queued)).toEqual(queued);
    expect(await retrieve(running)).toEqual(running);
    expect(spans()).toEqual([]);
    expect(await retrieve(completed)).toEqual(completed);
    expect(await retrieve(completed)).toEqual(completed);
    expect(spans()).toEqual([DONE]);
    expect(backgroundCalls.isAny).toBe(false);
  });

  it.each([
    ['a URL', [new URL(`${RESPONSES}/resp_1`), {}]],
    ['a Request', [new Request(`${RESPONSES}/resp_1`)]],
    ['a cancellation', [`${RESPONSES}/resp_1/cancel`, { method: 'post' }]],
  ])('is asked for by %s', async (_what, args) => {
    await create(queued);
    await fetched(args, completed);
    expect(spans()).toEqual([DONE]);
  });

  it('is neither ended by an error of who asks, nor by what is no question for it', async () => {
    await create(queued);
    await retrieve({ error: { code: 'server_error' } }, 500);
    await fetched([`${RESPONSES}/resp_1`, { method: 'DELETE' }], { id: 'resp_1', deleted: true });
    await fetched([`${RESPONSES}/resp_2`], { ...completed, id: 'resp_2' });
    await fetched([`${RESPONSES}/resp_1/input_items`], { data: [] });
    expect(spans()).toEqual([]);
    await retrieve({ ...queued, status: 'failed', error: { code: 'server_error', message: 'no' } });
    expect(spans()).toEqual([['chat o3', 'resp_1', undefined, ['failed'], 'server_error']]);
  });

  it('that nobody asks for ends with the process, with nothing known', async () => {
    await create(queued);
    endOpenCalls();
    expect(spans()).toEqual([['chat o3', 'resp_1', undefined, undefined, undefined]]);
    expect(backgroundCalls.isAny).toBe(false);
  });

  it('whose stream is left goes on, and is the same call', async () => {
    const events = [
      { type: 'response.created', response: running },
      { type: 'response.output_text.delta', delta: 'four' },
    ];
    const body = JSON.stringify({ model: 'o3', input: 'hi', background: true, stream: true });
    const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    const response = (await passThrough(
      () => Promise.resolve(new Response(text, { headers: { 'content-type': 'text/event-stream' } })),
      [RESPONSES, { method: 'POST', body }],
    )) as Response;
    await response.text();
    expect(spans()).toEqual([]);
    await retrieve(completed);
    expect(spans()).toEqual([DONE]);
  });

  it('is none where the provider works on it while the application waits', async () => {
    await create({ ...running, background: false });
    expect(spans()).toEqual([['chat o3', 'resp_1', undefined, undefined, undefined]]);
  });
});

it('an interaction of Gemini’s in the background is one call as well', async () => {
  const url = 'https://generativelanguage.googleapis.com/v1beta/interactions';
  const started = { id: 'i1', model: 'gemini-3-pro', status: 'in_progress' };
  await create(started, url);
  await fetched([`${url}/i1`], { ...started, status: 'completed', usage: { total_output_tokens: 30 } });
  expect(spans()).toEqual([['generate_content o3', 'i1', 30, ['completed'], undefined]]);
});
