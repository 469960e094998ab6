import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { makeCall, traceExport, type ChatCall } from '../support/exports.ts';
import { claudeRequest, logsExport } from '../support/logRecords.ts';
import { allScopes, bearer, makeKey, type TestKey } from './keys.ts';
import { type RunningHere, startHere } from './running.ts';
import { send } from './tenants.ts';

/** 1000 tokens in at 2.50 USD a million and 800 out at 10: 0.0025 + 0.008 = 0.0105 USD at most. */
const call = { provider: 'openai', model: 'gpt-4o', input_tokens: 1000, max_output_tokens: 800 };
/** 1000 in and 100 out: 0.0025 + 0.001 = 0.0035 USD. */
const used = { usage: { input_uncached: 1000, output: 100 }, final: true };

let service: RunningHere;
let database: Database;
let free: TestKey;
let first: TestKey;
let second: TestKey;
beforeAll(async () => {
  service = await startHere('postgres18');
  database = await openDatabase({ databaseUrl: service.databaseUrl, dataDir: service.dataDir });
  free = await makeKey(database, 'acme', { scopes: allScopes });
  first = await makeKey(database, 'acme', { scopes: allScopes, agent: ' first-bot ' });
  second = await makeKey(database, 'acme', { scopes: allScopes, agent: 'second-bot' });
  while ((await send(service.api, 'GET', { path: '/api/v1/costs' })).status !== 401);
  const body = { limit: { usd: '100' }, window: 'month', per: ['agent'] };
  expect((await ask('PUT', '/api/v1/budgets/each', free, body)).status).toBe(201);
});
afterAll(async () => {
  await database.close();
  await service[Symbol.asyncDispose]();
});

async function ask(method: string, path: string, key: TestKey, body?: object) {
  const { status, text } = await send(service.api, method, { path, body }, bearer(key));
  return { status, json: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}

async function decide(key: TestKey, agent: string | null = null): Promise<string> {
  const { json } = await ask('POST', '/policy/v1/decisions', key, { subject: { agent }, call });
  expect(json).toMatchObject({ effect: 'allow', reserved_usd: '0.0105' });
  return String(json['decision_id']);
}

const settle = (id: string, key: TestKey) => ask('POST', `/policy/v1/decisions/${id}/settlement`, key, used);

/** Spent and reserved of an agent's counter. */
async function countersOf(agent: string): Promise<unknown> {
  const { json } = await ask('GET', '/api/v1/budgets/each/status', free);
  const counters = json['items'] as { key: { agent: string }; spent_usd: string; reserved_usd: string }[];
  return counters
    .filter(({ key }) => key.agent === agent)
    .map(({ spent_usd: spent, reserved_usd: reserved }) => ({ spent, reserved }));
}

async function sendSpan(key: TestKey, span: ChatCall, reservation: string): Promise<void> {
  const body = JSON.parse(traceExport([span])) as {
    resourceSpans: { scopeSpans: { spans: { attributes: object[] }[] }[] }[];
  };
  const named = { key: 'tollgate.reservation.id', value: { stringValue: reservation } };
  body.resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes.push(named);
  const { status, text } = await send(service.http, 'POST', { path: '/v1/traces', body }, bearer(key));
  expect([status, text]).toEqual([200, '{}']);
}

describe('a key that is bound to an agent', () => {
  it('decides for that agent, whatever the request says', async () => {
    await decide(first, 'second-bot');
    expect(await countersOf('first-bot')).toEqual([{ spent: '0', reserved: '0.0105' }]);
    expect(await countersOf('second-bot')).toEqual([]);
  });

  it('neither reads, settles nor renews what was decided for another or for none', async () => {
    const ids = [await decide(second), await decide(free, 'third-bot'), await decide(free)];
    for (const id of ids) {
      expect((await ask('GET', `/policy/v1/decisions/${id}`, first)).status).toBe(404);
      expect((await ask('GET', `/policy/v1/decisions/${id}?wait=60`, first)).status).toBe(404);
      expect((await settle(id, first)).status).toBe(404);
    }
    expect((await ask('POST', '/policy/v1/renewals', first, { ids })).json).toEqual({ renewed: [], ended: ids });
    expect(await countersOf('second-bot')).toEqual([{ spent: '0', reserved: '0.0105' }]);
  });

  it('reads, renews and settles its own, and a key without an agent all of the tenant', async () => {
    const made = [await decide(second), await decide(second)];
    for (const [index, key] of [second, free].entries()) {
      const id = made[index] ?? '';
      expect((await ask('GET', `/policy/v1/decisions/${id}`, key)).status).toBe(200);
      const { json } = await ask('POST', '/policy/v1/renewals', key, { ids: [id] });
      expect(json).toMatchObject({ renewed: [{ id }], ended: [] });
      expect(await settle(id, key)).toEqual({ status: 200, json: { cost_usd: '0.0035' } });
    }
  });

  it('does not see what waits for approval in the name of another', async () => {
    const body = { limit: { calls: 1 }, window: 'month', match: { agent: 'asker' }, on_exceed: 'require_approval' };
    await ask('PUT', '/api/v1/budgets/asked', free, body);
    await decide(free, 'asker');
    const asked = { subject: { agent: 'asker' }, call };
    const { json } = await ask('POST', '/policy/v1/decisions', free, asked);
    expect(json['effect']).toBe('require_approval');
    const path = `/policy/v1/decisions/${String(json['decision_id'])}`;
    expect((await ask('GET', path, first)).status).toBe(404);
    expect((await ask('GET', path, free)).status).toBe(200);
  });

  it('settles by its spans only what was decided for its agent', async () => {
    const bot = await makeKey(database, 'acme', { scopes: allScopes, agent: 'span-bot' });
    const id = await decide(bot);
    await sendSpan(second, makeCall(), id);
    expect(await countersOf('span-bot')).toEqual([{ spent: '0', reserved: '0.0105' }]);
    await sendSpan(bot, makeCall(), id);
    expect(await countersOf('span-bot')).toEqual([{ spent: '0.0035', reserved: '0' }]);
  });

  it('fixes the agent of its spans and of its log records', async () => {
    const bot = await makeKey(database, 'acme', { scopes: allScopes, agent: 'own-bot' });
    const path = '/v1/traces';
    const body = JSON.parse(traceExport([makeCall({ agent: 'said-bot' })])) as object;
    expect((await send(service.http, 'POST', { path, body }, bearer(bot))).status).toBe(200);
    const record = claudeRequest({ timeUnixNano: BigInt(Date.now()) * 1_000_000n });
    const logs = JSON.parse(logsExport('json', [record]).toString()) as object;
    expect((await send(service.http, 'POST', { path: '/v1/logs', body: logs }, bearer(bot))).status).toBe(200);
    const { json } = await ask('GET', '/api/v1/calls?agent=own-bot', free);
    const calls = json['items'] as { dialect: string; attribution: { agent: string } }[];
    expect(calls.map(({ attribution }) => attribution.agent)).toEqual(['key', 'key']);
    expect(new Set(calls.map(({ dialect }) => dialect)).size).toBe(2);
    expect((await ask('GET', '/api/v1/calls?agent=said-bot', free)).json['items']).toEqual([]);
  });
});
