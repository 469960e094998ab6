import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFetchServer } from './fetchServer.ts';
import type { FetchServer } from './fetchServer.ts';
import { startGateHarness } from './gateHarness.ts';
import type { GateHarness, Seen } from './gateHarness.ts';
import type { Answer, AskedBody } from './policyServer.ts';

let harness: GateHarness;
let server: FetchServer;
let seen: Readonly<Record<string, Seen>>;

/** By the name of the scenario, which is the model's. */
function decide({ call, idempotency_key: id }: AskedBody): Answer {
  const model = String(call?.['model']);
  if (model.startsWith('m-deny')) return { effect: 'deny' };
  if (model.startsWith('m-modify'))
    return { decision_id: id, effect: 'modify', modify: { model: 'm-other', max_output_tokens: 50 } };
  if (model === 'm-stop') return { decision_id: id, stop_streams: true };
  return model === 'm-abortedWaiting' ? { decision_id: id, effect: 'require_approval' } : { decision_id: id };
}

beforeAll(async () => {
  [harness, server] = await Promise.all([startGateHarness(), startFetchServer()]);
  harness.policy.answerWith(decide);
  seen = await harness.run('fetchGate.cjs', { STEPS_URL: server.url });
});

afterAll(async () => {
  await Promise.all([harness[Symbol.asyncDispose](), server.close()]);
});

const sent = (model: string): { path: string; body: unknown }[] =>
  [
    ...harness.provider.requests,
    ...server.requests.map(({ path, body }) => ({ path, body: body === '' ? null : (JSON.parse(body) as unknown) })),
  ]
    .filter((request) => JSON.stringify(request).includes(`"${model}"`) || request.path.includes(`/${model}:`))
    .map(({ path, body }) => ({ path, body }));

const settled = (model: string): unknown[] => {
  const ids = harness.policy.asked.filter(({ call }) => call?.['model'] === model).map(({ idempotency_key: id }) => id);
  return harness.policy.settled.filter(({ id }) => ids.includes(id)).map(({ body }) => body);
};

const MESSAGE = 'the call is denied by policy: test-budget: the test says deny';
const openai = (message: string): object => ({
  error: { message, type: 'permission_error', param: null, code: 'policy_denied' },
});

describe('a call by fetch that a policy denies', () => {
  it.each([
    ['denyChat', '/v1/chat/completions', openai(MESSAGE)],
    ['denyStream', '/v1/chat/completions', openai(MESSAGE)],
    ['denyRequest', '/v1/chat/completions', openai(MESSAGE)],
    [
      'denyAnthropic',
      '/v1/messages',
      { type: 'error', error: { type: 'permission_error', message: MESSAGE, code: 'policy_denied' } },
    ],
    [
      'denyGoogle',
      '/json/v1beta/models/m-denyGoogle:generateContent',
      expect.objectContaining({ error: expect.objectContaining({ code: 403, status: 'PERMISSION_DENIED' }) as object }),
    ],
    [
      'denyUnread',
      '/v1beta/models/m-denyUnread:generateContent',
      expect.objectContaining({ error: expect.objectContaining({ code: 403, message: MESSAGE }) as object }),
    ],
    ['denyOllama', '/api/chat', { error: MESSAGE, code: 'policy_denied' }],
  ])('is answered as its provider answers what is forbidden, with nothing sent: %s', (name, url, body) => {
    const answer = { status: [403, 'Forbidden', false], url, type: 'basic', retry: 'false', body };
    expect(seen[name]).toEqual({ value: answer, unhandled: [] });
    expect(sent(`m-${name}`)).toEqual([]);
    const { status, statusMessage, attributes } = harness.spanOf(`m-${name}`);
    expect([status, statusMessage, attributes['error.type']]).toEqual(['error', 'policy_denied', '403']);
  });

  it('is asked about with what can be known: a body that is a stream has no bound and is not read', () => {
    const asked = harness.policy.asked.map(({ call }) => call).find((call) => call?.['model'] === 'm-denyUnread');
    expect(asked).toMatchObject({ operation: 'generate_content', input_bounded: false, can_limit_output: false });
  });
});

describe('a call by fetch that a policy modifies', () => {
  it.each([
    ['modify', { messages: [{ role: 'user', content: 'one two three' }], model: 'm-other', max_tokens: 50 }],
    ['modifyBytes', { messages: [{ role: 'user', content: 'one two three' }], model: 'm-other', max_tokens: 50 }],
    ['modifyRequest', { messages: [{ role: 'user', content: 'one two three' }], model: 'm-other', max_tokens: 50 }],
  ])('is sent with what was granted: %s', (name, body) => {
    expect(seen[name]?.value).toEqual(name === 'modify' ? [200, true] : 200);
    expect(sent('m-other').map((request) => request.body)).toContainEqual(body);
    expect(sent(`m-${name}`)).toEqual([]);
  });

  it('is asked for its usage as well, which the application does not see', () => {
    expect(seen['modifyStream']).toEqual({ value: false, unhandled: [] });
    expect(sent('m-other').map((request) => request.body)).toContainEqual({
      messages: [{ role: 'user', content: 'one two three' }],
      model: 'm-other',
      max_tokens: 50,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('has another model in its address, where the wire has it, and the limit where the wire has that', () => {
    expect([seen['modifyGoogle']?.value, seen['modifyGoogleRequest']?.value]).toEqual([200, 200]);
    const generationConfig = { maxOutputTokens: 50 };
    expect(sent('m-other').filter(({ path }) => path.includes('generateContent'))).toEqual([
      {
        path: '/json/v1beta/models/m-other:generateContent',
        body: { contents: [{ parts: [{ text: 'one two three' }] }], generationConfig },
      },
      {
        path: '/json/v1beta/models/m-other:generateContent',
        body: { contents: [{ parts: [{ text: 'one' }] }], generationConfig },
      },
    ]);
  });

  it.each([
    ['modifyUnread', 'the body of the request is no object'],
    ['modifySigned', 'the request is signed and cannot be changed'],
    ['modifyAzure', "the client's deployment m-modifyAzure cannot be changed"],
  ])('is denied where it cannot be changed, and gives back what is reserved: %s', (name, message) => {
    expect(JSON.stringify(seen[name]?.value)).toContain(message);
    expect(seen[name]?.value).toMatchObject({ status: [403, 'Forbidden', false] });
    expect(settled(`m-${name}`)).toEqual([{ released: true }]);
  });
});

describe('a reservation of a call by fetch', () => {
  it.each([
    // 3 tokens of input, of which none is cached, and 16 of output.
    [
      'settled',
      19,
      [expect.objectContaining({ final: true, usage: expect.objectContaining({ output: 16 }) as object })],
    ],
    [
      'settledStream',
      false,
      [expect.objectContaining({ final: true, usage: expect.objectContaining({ input_uncached: 3 }) as object })],
    ],
    ['unsent', 'ECONNREFUSED', [{ released: true }]],
  ])('is settled with what was used, or given back: %s', (name, value, settlements) => {
    expect(seen[name]).toEqual({ value, unhandled: [] });
    expect(settled(`m-${name}`)).toEqual(settlements);
  });

  it('is settled with nothing for an HTTP error', () => {
    expect(seen['refused']?.value).toBe(500);
    const usage = { input_uncached: 0, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0, output: 0 };
    expect(settled('m-refused')).toEqual([{ usage, final: true }]);
  });

  it.each(['abortedBefore', 'abortedWaiting'])(
    'is given back for a call that was aborted, and not sent: %s',
    (name) => {
      expect(seen[name]?.value).toMatchObject({ name: 'AbortError', message: 'This operation was aborted' });
      expect(sent(`m-${name}`)).toEqual([]);
      expect(settled(`m-${name}`)).toEqual([{ released: true }]);
    },
  );
});

describe('a call by fetch that waits for its decision', () => {
  it('is sent as it was when it was made', () => {
    expect(seen['changedWhileWaiting']?.value).toBe(200);
    expect(sent('m-changedWhileWaiting')).toHaveLength(1);
  });
});

describe('a stream by fetch that passes what it was granted', () => {
  it('ends with the error of the policy, and its connection is closed', () => {
    const message = 'the stream passed the 1 output tokens it was granted';
    // Pieces of 3, 3 and 4 letters came with two reads: 10 bytes, at 8 a token 2 tokens at the very least.
    const error = { name: 'PolicyDeniedError', status: 403, code: 'policy_denied' };
    expect(seen['stop']?.value).toEqual([
      [true],
      { ...error, message: expect.stringContaining(message) as string },
      'closed',
    ]);
    expect(settled('m-stop')).toEqual([expect.objectContaining({ final: false })]);
  });
});
