import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getAllCalls } from '../support/asking.ts';
import { makeTestPlace, type TestPlace } from '../support/database.ts';
import { makeCall, traceExport } from '../support/exports.ts';
import { type RunningService, runTollgate, SERVICE_TEST_TIMEOUT_MS, startService } from '../support/service.ts';
import { type Answer, ask } from './endpoint.ts';

const SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
/** No window that may end while a test runs. */
const CONFIG = `
budgets:
  - name: users-daily
    match: { agent: support-bot }
    per: [user]
    window: rolling:24h
    limit: { usd: "0.02" }
  - name: few-calls
    match: { agent: asker }
    per: [user]
    window: rolling:1h
    limit: { calls: 1 }
    on_exceed: require_approval
rules:
  - name: no-preview
    match: { model: "*-preview" }
    effect: deny
`;

/** 1000 tokens in at 2.50 USD a million and 800 out at 10: 0.0025 + 0.008 = 0.0105 USD at most. */
const call = { provider: 'openai', model: 'gpt-4o', operation: 'chat', input_tokens: 1000, max_output_tokens: 800 };

async function start(place: TestPlace, config = CONFIG): Promise<RunningService> {
  const file = path.join(place.dataDir, 'tollgate.yaml');
  writeFileSync(file, config);
  const url = place.url === undefined ? [] : ['--database-url', place.url];
  return startService({ args: ['--config', file, '--data-dir', place.dataDir, ...url] });
}

function decide(service: RunningService, body: object, init: RequestInit = {}): Promise<Answer> {
  return ask(`${service.api}/policy/v1/decisions`, body, init);
}

const asking = (user: string) => ({ subject: { agent: 'support-bot', user }, call });

describe.each(['embedded', 'postgres18'] as const)(
  'the gate of a service on %s',
  { timeout: SERVICE_TEST_TIMEOUT_MS },
  (kind) => {
    let place: TestPlace;
    let service: RunningService;
    beforeAll(async () => {
      place = await makeTestPlace(kind);
      service = await start(place);
    });
    afterAll(async () => {
      await service[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    });

    it('admits while a budget has room, limits what is left to the last token, and then refuses', async () => {
      const first = (await decide(service, asking('u1'))).json;
      expect(first).toMatchObject({ effect: 'allow', reserved_usd: '0.0105', reserved_tokens: 1800, reasons: [] });
      // 0.02 - 0.0105 - 0.0025 = 0.007 USD are 700 tokens out.
      expect((await decide(service, asking('u1'))).json).toMatchObject({
        effect: 'modify',
        reserved_usd: '0.0095',
        modify: { model: null, max_output_tokens: 700 },
      });
      const { json } = await decide(service, asking('u1'));
      expect(json).toMatchObject({
        effect: 'deny',
        reserved_usd: '0',
        expires_at: null,
        reasons: [
          {
            policy: 'users-daily',
            kind: 'budget',
            effect: 'deny',
            mode: 'enforce',
            limit_usd: '0.02',
            spent_usd: '0',
            reserved_usd: '0.02',
            key: { user: 'u1' },
          },
        ],
      });
      expect((await decide(service, asking('u2'))).json['effect']).toBe('allow');
      // 1000 in and 50 out were used: 0.0025 + 0.0005 = 0.003 USD, and 0.0105 - 0.003 are free again.
      const settled = await ask(`${service.api}/policy/v1/decisions/${String(first['decision_id'])}/settlement`, {
        usage: { input_uncached: 1000, output: 50 },
        model: 'gpt-4o',
      });
      expect(settled).toMatchObject({ status: 200, json: { cost_usd: '0.003' } });
      // 0.02 - 0.0095 - 0.003 = 0.0075, less 0.0025 in: 500 tokens out.
      expect((await decide(service, asking('u1'))).json['modify']).toEqual({ model: null, max_output_tokens: 500 });
    });

    it('gives one answer under one idempotency key, and 409 for another body', async () => {
      const body = { ...asking('u3'), idempotency_key: 'k1' };
      const [one, two] = await Promise.all([decide(service, body), decide(service, body)]);
      expect(two.json).toEqual(one.json);
      const other = await decide(service, { ...body, ttl_seconds: 60 });
      expect([other.status, other.json['code']]).toEqual([409, 'conflict']);
      expect((await ask(`${service.api}/policy/v1/decisions/${String(one.json['decision_id'])}`)).json).toEqual(
        one.json,
      );
    });

    it('settles by the span of the call, without another word of the client', async () => {
      const { decision_id: id } = (await decide(service, asking('u4'))).json;
      const made = {
        ...makeCall({ agent: 'support-bot', user: 'u4', inputTokens: 1000, outputTokens: 50 }),
        startedAtMs: Date.now(),
      };
      const span = JSON.parse(traceExport([made])) as {
        resourceSpans: { scopeSpans: { spans: { attributes: object[] }[] }[] }[];
      };
      span.resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes.push({
        key: 'tollgate.reservation.id',
        value: { stringValue: id },
      });
      await ask(`${service.http}/v1/traces`, span);
      expect(await getAllCalls(service.api)).toMatchObject([{ cost_usd: '0.003', charge: 'charged' }]);
      // 0.02 - 0.003 = 0.017: one more of 0.0105, and then 0.0065, less 0.0025 in, are 400 tokens out.
      expect((await decide(service, asking('u4'))).json['effect']).toBe('allow');
      expect((await decide(service, asking('u4'))).json['modify']).toEqual({ model: null, max_output_tokens: 400 });
    });

    it('waits for a person, who raises the limit', async () => {
      const body = { subject: { agent: 'asker' }, call };
      expect((await decide(service, body)).json['effect']).toBe('allow');
      const { json } = await decide(service, body);
      expect(json).toMatchObject({
        effect: 'require_approval',
        reserved_usd: '0',
        reasons: [{ limit_calls: 1, reserved_calls: 1 }],
      });
      const id = String(json['decision_id']);
      const waiting = ask(`${service.api}/policy/v1/decisions/${id}?wait=30`);
      expect((await ask(`${service.api}/api/v1/approvals/${id}`, { approve: true })).status).toBe(200);
      expect((await waiting).json).toMatchObject({ decision_id: id, effect: 'allow', reserved_usd: '0.0105' });
    });

    it('keeps what it reserved over a restart, and tells who waits for a person how it stands before it stops', async () => {
      await decide(service, asking('u5'));
      const { decision_id: id } = (await decide(service, asking('u5'))).json;
      const body = { subject: { agent: 'asker', user: 'u5' }, call };
      await decide(service, body);
      const waiting = ask(
        `${service.api}/policy/v1/decisions/${String((await decide(service, body)).json['decision_id'])}?wait=60`,
      );
      await expect
        .poll(async () => (await fetch(`${service.api}/metrics`)).text())
        .toContain('tollgate_policy_requests_in_flight 1');
      expect(await service.stop()).toBe(0);
      expect((await waiting).json['effect']).toBe('require_approval');
      service = await start(place);
      expect((await decide(service, asking('u5'))).json['effect']).toBe('deny');
      const unknown = '0190a000-0000-7000-8000-00000000000f';
      const { status, json } = await ask(`${service.api}/policy/v1/renewals`, { ids: [id, unknown] });
      expect([status, json]).toMatchObject([200, { renewed: [{ id }], ended: [unknown] }]);
    });
  },
);

interface RunningCallback extends AsyncDisposable {
  readonly url: string;
  /** What it was asked, its signatures checked. */
  readonly told: unknown[];
}

async function startCallback(): Promise<RunningCallback> {
  const told: { data: { request: { subject: { user: string } } } }[] = [];
  const server = createServer((asked, response) => {
    let body = '';
    asked.on('data', (chunk: Buffer) => (body += chunk.toString()));
    asked.on('end', () => {
      told.push(new Webhook(SECRET).verify(body, asked.headers as Record<string, string>) as (typeof told)[0]);
      const isBlocked = told.at(-1)?.data.request.subject.user === 'blocked';
      response.end(JSON.stringify(isBlocked ? { effect: 'deny', message: 'not you' } : { effect: 'allow' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/decide`,
    told,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('the policy API with keys and a callback', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('takes the scope policy alone, keeps tenants apart, fixes the agent of a key, and asks the callback', async () => {
    await using place = await makeTestPlace('embedded');
    await using callback = await startCallback();
    await using service = await start(place, `${CONFIG}callback: { url: "${callback.url}", secret: "${SECRET}" }\n`);
    const makeKey = async (...args: string[]): Promise<RequestInit> => {
      const { stdout } = await runTollgate(['keys', 'create', '--json', '--data-dir', place.dataDir, ...args]);
      const { key } = JSON.parse(stdout) as { key: string };
      return { headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' } };
    };
    const policy = await makeKey('--tenant', 'acme', '--scope', 'policy');
    const bound = await makeKey('--tenant', 'globex', '--scope', 'policy', '--agent', 'support-bot');
    const query = await makeKey('--tenant', 'acme', '--scope', 'query,admin');
    expect((await decide(service, asking('u1'))).status).toBe(401);
    expect(await decide(service, asking('u1'), query)).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    const { json } = await decide(service, asking('u1'), policy);
    expect(json['effect']).toBe('allow');
    const url = `${service.api}/policy/v1/decisions/${String(json['decision_id'])}`;
    expect((await ask(url, undefined, bound)).status).toBe(404);
    expect((await ask(`${url}/settlement`, { released: true }, bound)).status).toBe(404);
    expect((await ask(url, undefined, policy)).status).toBe(200);
    // Counted as support-bot's, whatever it says: of 0.02 USD the second has 0.0095 left.
    const claimed = { ...asking('u9'), subject: { agent: 'free-bot', user: 'u9' } };
    expect((await decide(service, claimed, bound)).json['effect']).toBe('allow');
    expect((await decide(service, claimed, bound)).json['effect']).toBe('modify');
    // The callback says no to one user, and to nobody else.
    const { json: blocked } = await decide(service, asking('blocked'), policy);
    expect(blocked).toMatchObject({
      effect: 'deny',
      reserved_usd: '0',
      reasons: [{ kind: 'callback', message: 'callback: not you' }],
    });
    expect(callback.told.at(-1)).toMatchObject({
      type: 'policy.decision',
      data: {
        tenant: 'acme',
        request: { subject: { user: 'blocked' } },
        budgets: [
          { budget: 'users-daily', key: { user: 'blocked' }, limit_usd: '0.02', spent_usd: '0', reserved_usd: '0' },
        ],
        decision: { effect: 'allow', reserved_usd: '0.0105' },
      },
    });
    const metrics = await (await fetch(`${service.api}/metrics`, query)).text();
    expect(metrics).toContain('tollgate_decisions_total{effect="allow"} 2');
    expect(metrics).toContain('tollgate_callback_duration_seconds_count{outcome="answered"} 4');
    expect(metrics).not.toMatch(/acme|globex|bot/);
  });
});
