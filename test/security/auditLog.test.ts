import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../processor/commands/table.ts';
import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { makeCall, postCalls } from '../support/exports.ts';
import { allScopes, bearer, makeKey, type TestKey } from './keys.ts';
import { type RunningHere, startHere } from './running.ts';
import { send } from './tenants.ts';
import { apiStops } from './walk.ts';

interface Action {
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly key_id: string | null;
  readonly key_name: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

let service: RunningHere;
let database: Database;
let key: TestKey;
beforeAll(async () => {
  service = await startHere('postgres18');
  database = await openDatabase({ databaseUrl: service.databaseUrl, dataDir: service.dataDir });
  key = await makeKey(database, 'acme', { scopes: allScopes, name: 'ops' });
  while ((await send(service.api, 'GET', { path: '/api/v1/costs' })).status !== 401);
});
afterAll(async () => {
  await database.close();
  await service[Symbol.asyncDispose]();
});

async function act(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const { status, text } = await send(service.api, method, { path, body }, bearer(key));
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
}

const page = async (question = '', by = key) => {
  const { text } = await send(service.api, 'GET', { path: `/api/v1/audit-log${question}` }, bearer(by));
  return JSON.parse(text) as { items: Action[]; next_cursor: string | null };
};

/** What changes something, and is no call's own decision, settlement or renewal. */
const mutating = Object.keys(apiStops).filter((route) => !route.startsWith('GET') && !route.includes('/policy/'));

describe('the log of administrative actions', () => {
  it('has one entry of each route and command that changes something, with the key and what was done', async () => {
    const limit = { limit: { calls: 1 }, window: 'month', on_exceed: 'require_approval' };
    const asked = { subject: { user: 'u1' }, call: { provider: 'openai', model: 'gpt-4o', input_tokens: 1 } };
    const wait = async () => String((await act('POST', '/policy/v1/decisions', asked))['decision_id']);
    const endsAt = new Date(Date.now() + 3_600_000).toISOString();
    expect((await postCalls(`http://${service.http}`, [makeCall({ user: 'u1' })], bearer(key))).status).toBe(200);

    await act('PUT', '/api/v1/budgets/b', limit);
    await act('POST', `/api/v1/approvals/${await wait()}`, { approve: false, note: 'no' });
    const { id: raise } = await act('POST', '/api/v1/budgets/b/raises', { amount: { calls: 1 }, ends_at: endsAt });
    await act('DELETE', `/api/v1/budgets/b/raises/${String(raise)}`);
    await act('POST', `/api/v1/approvals/${await wait()}`, { approve: true });
    await act('DELETE', '/api/v1/budgets/b');
    await act('DELETE', '/api/v1/users/u1/identity');
    await act('PUT', '/api/v1/prices/openai/mine', { maps_to: 'gpt-4o' });
    await act('DELETE', '/api/v1/prices/openai/mine');
    await act('POST', '/api/v1/reprice', { from: '2026-01-01', dry_run: true });
    await act('POST', '/api/v1/reprice', { from: '2026-01-01', dry_run: false });
    const byRoutes = (await page()).items;
    expect(byRoutes.map(({ action }) => action)).toEqual([
      'reprice',
      'reprice.begin',
      'price.end',
      'price.put',
      'user.erase',
      'budget.delete',
      'approval.approve',
      'budget.raise_end',
      'budget.raise',
      'approval.refuse',
      'budget.put',
    ]);
    // Approvals are one route, and two actions; so is repricing.
    expect(byRoutes).toHaveLength(mutating.length + 2);
    expect(new Set(byRoutes.map((each) => `${each.key_id} ${each.key_name}`))).toEqual(new Set([`${key.id} ops`]));
    expect(byRoutes.find(({ action }) => action === 'approval.refuse')?.detail).toMatchObject({ note: 'no' });
    expect(JSON.stringify(byRoutes)).not.toContain('u1');

    const context = { database, now: () => new Date(), keysChanged: () => undefined };
    const made = await runCommand(context, 'keys create', {
      tenant: 'acme',
      scopes: ['query'],
      agent: null,
      name: 'ci',
    });
    const { id } = made.data as { id: string };
    await runCommand(context, 'keys revoke', { id });
    await runCommand(context, 'grafana-role', { tenant: 'acme' });
    const byCommands = (await page()).items.slice(0, 3);
    expect(byCommands.map(({ action }) => action)).toEqual(['grafana_role.create', 'key.revoke', 'key.create']);
    expect(byCommands.map((each) => each.key_id)).toEqual([null, null, null]);
    expect(byCommands[2]?.detail).toMatchObject({ id, max_spans_per_second: null });
  });

  it('is read in pages, the latest first, each tenant its own, and by the name of what was done', async () => {
    const all = (await page('?limit=1000')).items;
    expect(all.map(({ at }) => at)).toEqual(
      all
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
    const walked: Action[] = [];
    let cursor: string | null = null;
    do {
      const found: { items: Action[]; next_cursor: string | null } = await page(
        `?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      walked.push(...found.items);
      cursor = found.next_cursor;
    } while (cursor !== null);
    expect(walked).toEqual(all);
    expect((await page('?action=budget.put')).items.map(({ action }) => action)).toEqual(['budget.put']);
    const other = await makeKey(database, 'other', { scopes: ['admin'] });
    expect(await page('', other)).toEqual({ items: [], next_cursor: null });
  });

  it('is shown by the command, of one tenant or of all', async () => {
    const context = { database, now: () => new Date(), keysChanged: () => undefined };
    await runCommand(context, 'keys create', { tenant: 'third', scopes: ['query'], agent: null, name: null });
    const all = await runCommand(context, 'audit-log', { tenant: null, limit: '2' });
    expect(all.table?.rows.map((row) => row.slice(1, 4))).toEqual([
      ['third', 'key.create', null],
      ['acme', 'grafana_role.create', null],
    ]);
    const own = await runCommand(context, 'audit-log', { tenant: 'acme', limit: '1000' });
    expect(own.table?.rows.at(-1)?.slice(1, 4)).toEqual(['acme', 'budget.put', `${key.id} ops`]);
    expect((await runCommand(context, 'audit-log', { tenant: 'nobody', limit: 1 })).lines).toEqual([
      'No administrative actions.',
    ]);
    await expect(runCommand(context, 'audit-log', { tenant: null, limit: '0' })).rejects.toMatchObject({
      code: 'bad_parameter',
      message: 'limit: expected a whole number from 1 to 1000',
    });
  });
});
