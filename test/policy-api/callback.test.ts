import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { signingKeyOf } from '../../processor/alerts/sign.ts';
import type { Preview } from '../../processor/gate/gate.ts';
import { type CallbackOutcome, createCallback } from '../../processor/policy/callback.ts';
import { readDecisionRequest } from '../../processor/policy/decisionRequest.ts';
import type { Budget } from '../../src/policy/budget.ts';
import { allowed } from './endpoint.ts';

const SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const request = readDecisionRequest(
  { subject: { agent: 'a', tags: { f: 'faq' } }, call: { model: 'gpt-4o', input_tokens: 10, n: 2 } },
  { tenant: 'acme', agent: null },
);

const budget = { name: 'daily', mode: 'enforce', onExceed: 'deny', limit: { unit: 'usd', amount: 1n } } as Budget;
const preview: Preview = {
  decision: allowed,
  budgets: [
    {
      budget: { id: 1, tenant: null, budget, countsFromMicros: 0, idleFromMicros: 0, raises: [] },
      key: { user: 'u1' },
      limit: 50_000_000_000_000_000n,
      spent: 49_980_000_000_000_000n,
      reserved: 10_000_000_000_000n,
      resetsAtMicros: null,
    },
  ],
};

type Answering = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A callback asked at a server of its own, and what it counted. */
async function callbackTo(
  answer: Answering,
  config: { timeoutMs?: number; onError?: 'allow' | 'deny'; url?: string } = {},
) {
  const server = createServer((asked, response) => {
    let body = '';
    asked.on('data', (chunk: Buffer) => (body += chunk.toString()));
    asked.on('end', () => answer(asked, response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const outcomes: CallbackOutcome[] = [];
  const silences: string[] = [];
  const {
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/decide`,
    timeoutMs = 2_000,
    onError = 'allow',
  } = config;
  const callback = createCallback({
    config: { url, key: signingKeyOf(SECRET) ?? Buffer.alloc(0), timeoutMs, onError },
    gate: { preview: async () => preview },
    nowMs: Date.now,
    onOutcome: (outcome, seconds) => outcomes.push(seconds >= 0 ? outcome : 'error'),
    onSilence: (reason) => silences.push(reason),
  });
  closing.push(() => {
    callback.close();
    server.closeAllConnections();
    server.close();
  });
  return { callback, outcomes, silences, server };
}

const answering =
  (answer: unknown, status = 200): Answering =>
  (_request, response) =>
    void response.writeHead(status).end(typeof answer === 'string' ? answer : JSON.stringify(answer));

const silent = {
  effect: 'deny',
  model: null,
  maxOutputTokens: null,
  message: 'The policy callback gave no answer, and on_error is deny.',
};

describe('the callback', () => {
  it('is told the request, the budgets and what Tollgate would decide, signed as Standard Webhooks', async () => {
    let told: unknown;
    const { callback, outcomes } = await callbackTo((asked, response, body) => {
      told = new Webhook(SECRET).verify(body, asked.headers as Record<string, string>);
      response.end('{"effect":"warn","message":"soon"}');
    });
    expect(await callback.ask(request)).toEqual({
      effect: 'warn',
      model: null,
      maxOutputTokens: null,
      message: 'soon',
    });
    expect(outcomes).toEqual(['answered']);
    expect(told).toMatchObject({
      type: 'policy.decision',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      data: {
        tenant: 'acme',
        request: {
          subject: { agent: 'a', user: null, tags: { f: 'faq' } },
          call: { provider: null, model: 'gpt-4o', input_tokens: 10, input_bytes: null, n: 2, input_bounded: true },
        },
        budgets: [
          {
            budget: 'daily',
            key: { user: 'u1' },
            mode: 'enforce',
            on_exceed: 'deny',
            limit_usd: '50',
            spent_usd: '49.98',
            reserved_usd: '0.01',
            resets_at: null,
          },
        ],
        decision: { effect: 'allow', reserved_usd: '0.011', reserved_tokens: 2000, modify: null, reasons: [] },
      },
    });
  });

  it('is told of a run that may start as of a request without a call', async () => {
    let told: { data: { request: unknown } } | null = null;
    const { callback } = await callbackTo((_asked, response, body) => {
      told = JSON.parse(body) as { data: { request: unknown } };
      response.end('{"effect":"allow"}');
    });
    await callback.ask(readDecisionRequest({ subject: { agent: 'a' } }, { tenant: 'acme', agent: null }));
    expect(told).toMatchObject({ data: { request: { subject: { agent: 'a' }, call: null } } });
  });

  it('keeps its connection', async () => {
    const ports = new Set<number | undefined>();
    const { callback } = await callbackTo((asked, response) => {
      ports.add(asked.socket.remotePort);
      response.end('{"effect":"allow"}');
    });
    for (let round = 0; round < 3; round += 1) await callback.ask(request);
    expect(ports.size).toBe(1);
  });

  it('is asked again where the connection it kept was closed meanwhile', async () => {
    let asked = 0;
    const { callback, outcomes } = await callbackTo((got, response) => {
      asked += 1;
      if (asked === 2) got.socket.resetAndDestroy();
      else response.end('{"effect":"allow"}');
    });
    await callback.ask(request);
    expect(await callback.ask(request)).toMatchObject({ effect: 'allow' });
    expect([asked, outcomes]).toEqual([3, ['answered', 'answered']]);
  });
});

describe('a callback that does not answer', () => {
  it.each([
    ['a status that is no success', answering({ effect: 'allow' }, 500), /^status: expected 2xx, found 500$/],
    ['a redirect, which is not followed', answering({ effect: 'allow' }, 307), /found 307/],
    ['an effect that there is not', answering({ effect: 'yes' }), /^effect: expected one of/],
    ['no JSON', answering('ok'), /expected JSON/],
    ['nothing', answering('', 204), /found 0 characters/],
    [
      'an answer that does not end',
      answering(`{"effect":"allow","message":"${'x'.repeat(70_000)}"}`),
      /at most 65536 bytes/,
    ],
    [
      'half an answer',
      (_asked: IncomingMessage, response: ServerResponse) =>
        void response.writeHead(200, { 'content-length': 100 }).write('{', () => response.destroy()),
      /ended early|aborted|hang up/,
    ],
    ['a connection that ends', (asked: IncomingMessage) => void asked.socket.destroy(), /hang up/],
  ])('but with %s is passed over or denies, as on_error says', async (_what, answer, said) => {
    const allowing = await callbackTo(answer);
    expect(await allowing.callback.ask(request)).toBe(null);
    expect([allowing.outcomes, allowing.silences]).toEqual([['error'], [expect.stringMatching(said)]]);
    const denying = await callbackTo(answer, { onError: 'deny' });
    expect(await denying.callback.ask(request)).toEqual(silent);
  });

  it('within its time is not waited for, be it before or in the middle of the answer', async () => {
    const stalls: Answering[] = [
      () => undefined,
      (_asked, response) => void response.writeHead(200).write('{"effect":'),
    ];
    for (const stall of stalls) {
      const { callback, outcomes, silences } = await callbackTo(stall, { timeoutMs: 100, onError: 'deny' });
      const startedMs = performance.now();
      expect(await callback.ask(request)).toEqual(silent);
      expect(performance.now() - startedMs).toBeLessThan(2_000);
      expect([outcomes, silences]).toEqual([['timeout'], ['no whole answer within 100 ms']]);
    }
  });

  it('because nobody listens is an error', async () => {
    const { server, ...gone } = await callbackTo(answering({ effect: 'allow' }));
    await new Promise((resolve) => server.close(resolve));
    expect(await gone.callback.ask(request)).toBe(null);
    expect([gone.outcomes, gone.silences]).toEqual([['error'], [expect.stringContaining('ECONNREFUSED')]]);
  });

  it('takes up no more than 64 connections: who finds none in time goes without', async () => {
    const { callback, outcomes, server } = await callbackTo(() => undefined, { timeoutMs: 3_000 });
    let open = 0;
    let most = 0;
    server.on('connection', (socket) => {
      most = Math.max(most, (open += 1));
      socket.on('close', () => (open -= 1));
    });
    await Promise.all(Array.from({ length: 80 }, () => callback.ask(request)));
    expect([most, outcomes]).toEqual([64, Array.from({ length: 80 }, () => 'timeout')]);
  });
});
