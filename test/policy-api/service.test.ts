import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { getAllCalls } from '../support/asking.ts';
import { makeTestPlace, type TestPlace } from '../support/database.ts';
import { makeCall, traceExport } from '../support/exports.ts';
import { type RunningService, runTollgate, SERVICE_TEST_TIMEOUT_MS, startService } from '../support/service.ts';
import { type Answer, ask } from './endpoint.ts';

const CONFIG = `
budgets:
  - name: users-daily
    match: { agent: support-bot }
    per: [user]
    window: day
    limit: { usd: "0.02" }
  - name: few-calls
    match: { agent: asker }
    window: hour
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
    it('admits while a budget has room, limits what is left to the last token, and then refuses', async () => {
      await using place = await makeTestPlace(kind);
      await using service = await start(place);
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
      await using place = await makeTestPlace(kind);
      await using service = await start(place);
      const body = { ...asking('u1'), idempotency_key: 'k1' };
      const [one, two] = await Promise.all([decide(service, body), decide(service, body)]);
      expect(two.json).toEqual(one.json);
      const other = await decide(service, { ...body, ttl_seconds: 60 });
      expect([other.status, other.json['code']]).toEqual([409, 'conflict']);
      expect((await ask(`${service.api}/policy/v1/decisions/${String(one.json['decision_id'])}`)).json).toEqual(
        one.json,
      );
    });

    it('keeps what it reserved over a restart', async () => {
      await using place = await makeTestPlace(kind);
      const service = await start(place);
      const { decision_id: id } = (await decide(service, asking('u1'))).json;
      await decide(service, asking('u1'));
      expect(await service.stop()).toBe(0);
      await using again = await start(place);
      expect((await decide(again, asking('u1'))).json['effect']).toBe('deny');
      const { status, json } = await ask(`${again.api}/policy/v1/renewals`, {
        ids: [id, '0190a000-0000-7000-8000-00000000000f'],
      });
      expect([status, json]).toMatchObject([
        200,
        { renewed: [{ id }], ended: ['0190a000-0000-7000-8000-00000000000f'] },
      ]);
    });

    it('settles by the span of the call, without another word of the client', async () => {
      await using place = await makeTestPlace(kind);
      await using service = await start(place);
      const { decision_id: id } = (await decide(service, asking('u1'))).json;
      const made = {
        ...makeCall({ agent: 'support-bot', user: 'u1', inputTokens: 1000, outputTokens: 50 }),
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
      expect((await decide(service, asking('u1'))).json['effect']).toBe('allow');
      expect((await decide(service, asking('u1'))).json['modify']).toEqual({ model: null, max_output_tokens: 400 });
    });

    it('waits for a person, who raises the limit', async () => {
      await using place = await makeTestPlace(kind);
      await using service = await start(place);
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

    it('stops at once with somebody waiting, who gets the answer as it is', async () => {
      await using place = await makeTestPlace(kind);
      await using service = await start(place);
      const body = { subject: { agent: 'asker' }, call };
      await decide(service, body);
      const id = String((await decide(service, body)).json['decision_id']);
      const waiting = ask(`${service.api}/policy/v1/decisions/${id}?wait=60`);
      await expect
        .poll(async () => (await fetch(`${service.api}/metrics`)).text())
        .toContain('tollgate_policy_requests_in_flight 1');
      const startedMs = performance.now();
      expect(await service.stop()).toBe(0);
      expect(performance.now() - startedMs).toBeLessThan(10_000);
      expect((await waiting).json['effect']).toBe('require_approval');
    });
  },
);

describe('the policy API with keys', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('takes the scope policy alone, keeps tenants apart, and fixes the agent of a key', async () => {
    await using place = await makeTestPlace('embedded');
    await using service = await start(place);
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
    const metrics = await (await fetch(`${service.api}/metrics`, query)).text();
    expect(metrics).toContain('tollgate_decisions_total{effect="allow"} 2');
    expect(metrics).not.toMatch(/acme|globex|bot/);
  });
});
