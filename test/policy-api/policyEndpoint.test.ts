import { request as httpRequest, Agent } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { TollgateError } from '../../src/errors.ts';
import type { DecisionRequest } from '../../src/policy/decision.ts';
import { allowed, ask, caller, DECISION_ID, refused, sendRaw, startEndpoint } from './endpoint.ts';

const call = { provider: 'openai', model: 'gpt-4o', input_tokens: 1200, max_output_tokens: 800 };

describe('POST /policy/v1/decisions', () => {
  it('answers what the gate decided', async () => {
    const asked: DecisionRequest[] = [];
    await using endpoint = await startEndpoint({
      decide: async (request, outer) => {
        asked.push(request);
        return outer === null ? allowed : refused;
      },
    });
    const answer = await ask(`${endpoint.base}/policy/v1/decisions`, { subject: { agent: 'a' }, call });
    expect(answer).toMatchObject({
      status: 200,
      json: {
        decision_id: DECISION_ID,
        effect: 'allow',
        reserved_usd: '0.011',
        reserved_tokens: 2000,
        expires_at: '2026-04-01T10:00:00.000Z',
        modify: null,
        stop_streams: false,
        reasons: [],
      },
    });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(asked).toMatchObject([{ tenant: 'acme', subject: { agent: 'a' }, call: { model: 'gpt-4o' } }]);
    expect(endpoint.answered).toEqual([expect.any(Number)]);
  });

  it('leaves what the callback said to the gate', async () => {
    const verdict = { effect: 'deny', model: null, maxOutputTokens: null, message: 'no' } as const;
    const decide = vi.fn(async () => refused);
    const callback = { ask: async () => verdict, close: () => undefined };
    await using endpoint = await startEndpoint({ decide }, { callback });
    await ask(`${endpoint.base}/policy/v1/decisions`, { call });
    expect(decide).toHaveBeenCalledWith(expect.objectContaining({ tenant: 'acme' }), verdict);
  });

  it('needs the scope policy, and is of the agent that the key fixes', async () => {
    const scopes: string[] = [];
    const authenticate = async (_headers: unknown, scope: string) => {
      scopes.push(scope);
      return { ...caller, agent: 'fixed' };
    };
    const decide = vi.fn(async () => allowed);
    await using endpoint = await startEndpoint({ decide }, { access: { authenticate } });
    await ask(`${endpoint.base}/policy/v1/decisions`, { subject: { agent: 'claimed' } });
    expect(scopes).toEqual(['policy']);
    expect(decide).toHaveBeenCalledWith(
      expect.objectContaining({ subject: expect.objectContaining({ agent: 'fixed' }) }),
      null,
    );
  });

  it('is refused before its body is read where no key was sent', async () => {
    const authenticate = async (): Promise<never> => {
      throw new TollgateError('unauthenticated', 'No API key was sent');
    };
    await using endpoint = await startEndpoint({}, { access: { authenticate } });
    const answer = await ask(`${endpoint.base}/policy/v1/decisions`, '{');
    expect([answer.status, answer.json['code'], answer.headers.get('www-authenticate')]).toEqual([
      401,
      'unauthenticated',
      'Bearer realm="tollgate"',
    ]);
  });

  it('names all that is wrong with a body as a problem', async () => {
    await using endpoint = await startEndpoint({});
    const { status, headers, json } = await ask(`${endpoint.base}/policy/v1/decisions?x=1`, {
      subject: 1,
      call: { model: '' },
    });
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json; charset=utf-8']);
    expect(json).toMatchObject({ code: 'bad_parameter', status: 400, instance: '/policy/v1/decisions' });
    expect(json['errors']).toMatchObject([
      { field: 'subject', found: '1' },
      { field: 'call.model', found: '""' },
      { field: 'call.input_tokens' },
    ]);
  });

  it.each([
    ['no JSON', '{"call":', 'Unexpected end of JSON input'],
    ['empty', '', 'found nothing'],
    ['a number written as NaN', '{"ttl_seconds":NaN}', 'Unexpected token'],
  ])('refuses a body that is %s', async (_what, body, said) => {
    await using endpoint = await startEndpoint({});
    const { status, json } = await ask(`${endpoint.base}/policy/v1/decisions`, body);
    expect([status, json['code']]).toEqual([400, 'bad_request']);
    expect(json['detail']).toContain(said);
  });

  it.each([
    [new TollgateError('conflict', 'another body'), 409, null],
    [new TollgateError('overloaded', 'too much', { retryAfterSeconds: 2 }), 503, '2'],
    [new TollgateError('store_unavailable', 'gone', { retryAfterSeconds: 5 }), 503, '5'],
  ])('passes on that it failed: %s', async (failure, status, retryAfter) => {
    await using endpoint = await startEndpoint({ decide: () => Promise.reject(failure) });
    const answer = await ask(`${endpoint.base}/policy/v1/decisions`, { call });
    expect([answer.status, answer.json['code'], answer.headers.get('retry-after')]).toEqual([
      status,
      failure.code,
      retryAfter,
    ]);
    expect(endpoint.faults).toEqual([]);
  });

  it('tells nothing of a fault of ours but that there was one', async () => {
    const fault = new Error('relation "tollgate_data.counters" does not exist');
    await using endpoint = await startEndpoint({ decide: () => Promise.reject(fault) });
    const answer = await ask(`${endpoint.base}/policy/v1/decisions`, { call });
    expect([answer.status, answer.json['code']]).toEqual([500, 'internal']);
    expect(JSON.stringify(answer.json)).not.toContain('tollgate_data');
    expect(endpoint.faults).toEqual([fault]);
  });
});

describe('the body', () => {
  const padded = (bytes: number): string => {
    const body = JSON.stringify({ call, idempotency_key: 'k' });
    return body + ' '.repeat(bytes - body.length);
  };

  it('may have 65536 bytes and not one more, declared or not', async () => {
    await using endpoint = await startEndpoint({ decide: async () => allowed });
    const url = `${endpoint.base}/policy/v1/decisions`;
    expect((await ask(url, padded(65_536))).status).toBe(200);
    expect(await ask(url, padded(65_537))).toMatchObject({ status: 413, json: { code: 'body_too_large' } });
    const chunk = Buffer.from(padded(65_537));
    const head = 'POST /policy/v1/decisions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.length.toString(16)}\r\n`;
    const text = await sendRaw(endpoint.port, [chunked, chunk, '\r\n0\r\n\r\n'], /"code":"body_too_large"/);
    expect(text).toContain('HTTP/1.1 413');
  });

  it('that is refused leaves its connection to the next request', async () => {
    await using endpoint = await startEndpoint({ decide: async () => allowed });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    const post = (body: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
        const request = httpRequest(
          `${endpoint.base}/policy/v1/decisions`,
          { method: 'POST', agent, headers },
          (response) => {
            ports.add(response.socket.localPort);
            response.resume().on('end', () => resolve(response.statusCode ?? 0));
          },
        );
        request.on('error', reject).end(body);
      });
    expect([await post(padded(70_000)), await post('{'), await post(padded(200))]).toEqual([413, 400, 200]);
    expect(ports.size).toBe(1);
    agent.destroy();
  });

  it.each([
    [{ 'content-type': 'text/plain' }, 'Content-Type'],
    [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }, 'Content-Encoding'],
  ])('is plain JSON: %j is refused', async (headers, said) => {
    await using endpoint = await startEndpoint({});
    const { status, json } = await ask(`${endpoint.base}/policy/v1/decisions`, '{}', { headers });
    expect([status, json['code'], String(json['detail']).split(':')[0]]).toEqual([415, 'unsupported_media_type', said]);
  });

  it('that has not arrived when the service stops is not waited for', async () => {
    const endpoint = await startEndpoint({});
    const head = 'POST /policy/v1/decisions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const answer = sendRaw(endpoint.port, [`${head}Content-Length: 100\r\n\r\n{`], /"code"/);
    await expect.poll(() => endpoint.waiting()).toBe(1);
    await endpoint.stop();
    expect(await answer).toMatch(/^HTTP\/1\.1 503 [^]*connection: close[^]*"code":"shutting_down"/i);
  });

  it('that comes too slowly is refused, and its connection ended', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      await using endpoint = await startEndpoint({});
      const head = 'POST /policy/v1/decisions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
      const answer = sendRaw(endpoint.port, [`${head}Content-Length: 100\r\n\r\n{`], /"code"/);
      while (vi.getTimerCount() === 0 || endpoint.waiting() === 0)
        await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(10_000);
      expect(await answer).toMatch(/^HTTP\/1\.1 408 [^]*connection: close[^]*"code":"request_timeout"/i);
    } finally {
      vi.useRealTimers();
    }
  });

  it('may come in pieces, split inside a character', async () => {
    const decide = vi.fn(async () => allowed);
    await using endpoint = await startEndpoint({ decide });
    const bytes = Buffer.from(JSON.stringify({ subject: { user: 'Zoë' } }));
    const head = `POST /policy/v1/decisions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${bytes.length}\r\n\r\n`;
    const middle = bytes.indexOf('ë') + 1;
    await sendRaw(endpoint.port, [head, bytes.subarray(0, middle), bytes.subarray(middle)], /decision_id/);
    expect(decide).toHaveBeenCalledWith(
      expect.objectContaining({ subject: expect.objectContaining({ user: 'Zoë' }) }),
      null,
    );
  });
});

describe('settlements and renewals', () => {
  it('settle what the gate knows, and answer what is booked', async () => {
    const settle = vi.fn(async () => ({ costFemtoUsd: 5_811_000_000_000n }));
    await using endpoint = await startEndpoint({ settle });
    const url = `${endpoint.base}/policy/v1/decisions/${DECISION_ID.toUpperCase()}/settlement`;
    expect(await ask(url, { released: true })).toMatchObject({ status: 200, json: { cost_usd: '0.005811' } });
    expect(settle).toHaveBeenCalledWith(caller, DECISION_ID, { released: true });
    settle.mockResolvedValue({ costFemtoUsd: null } as never);
    expect((await ask(url, { usage: null })).json).toEqual({ cost_usd: null });
  });

  it('renew what still lives, and say what does not', async () => {
    const renewed = [{ id: DECISION_ID, expiresAtMicros: Date.UTC(2026, 3, 1, 10) * 1000 }];
    const renew = vi.fn(async () => ({ renewed, ended: ['0190a000-0000-7000-8000-000000000001'] }));
    await using endpoint = await startEndpoint({ renew });
    const ids = [DECISION_ID, '0190a000-0000-7000-8000-000000000001'];
    expect((await ask(`${endpoint.base}/policy/v1/renewals`, { ids })).json).toEqual({
      renewed: [{ id: DECISION_ID, expires_at: '2026-04-01T10:00:00.000Z' }],
      ended: ['0190a000-0000-7000-8000-000000000001'],
    });
    expect(renew).toHaveBeenCalledWith(caller, ids);
  });

  it('name an id that is no UUID', async () => {
    await using endpoint = await startEndpoint({});
    for (const [path, body] of [
      ['decisions/7/settlement', { released: true }],
      ['decisions/7', undefined],
    ] as const) {
      const { status, json } = await ask(`${endpoint.base}/policy/v1/${path}`, body);
      expect([status, json['errors']]).toMatchObject([400, [{ field: 'id', found: '"7"' }]]);
    }
  });
});

describe('paths', () => {
  it.each([
    ['PUT', '/policy/v1/decisions', 'POST'],
    ['GET', '/policy/v1/renewals', 'POST'],
    ['DELETE', `/policy/v1/decisions/${DECISION_ID}`, 'GET'],
    ['GET', `/policy/v1/decisions/${DECISION_ID}/settlement`, 'POST'],
  ])('%s %s is answered with the method it takes', async (method, path, allow) => {
    await using endpoint = await startEndpoint({});
    const answer = await ask(`${endpoint.base}${path}`, undefined, { method });
    expect([answer.status, answer.json['code'], answer.headers.get('allow')]).toEqual([
      405,
      'method_not_allowed',
      allow,
    ]);
  });

  it.each([
    '/policy/v1/',
    '/policy/v1/decision',
    '/policy/v1/decisions/',
    `/policy/v1/decisions/${DECISION_ID}/settlement/x`,
  ])('there is no %s', async (path) => {
    await using endpoint = await startEndpoint({});
    expect(await ask(endpoint.base + path, {})).toMatchObject({
      status: 404,
      json: { code: 'not_found', instance: path },
    });
  });

  it('all others are those of the API', async () => {
    await using endpoint = await startEndpoint({});
    expect(await ask(`${endpoint.base}/healthz`)).toMatchObject({ status: 200, json: { status: 'ok' } });
    expect(await ask(`${endpoint.base}/policy`)).toMatchObject({ status: 404, json: { code: 'not_found' } });
  });
});
