import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '../../processor/access/caller.ts';
import { createApi } from '../../processor/api/createApi.ts';
import { otlpServices } from '../../processor/receive/grpc.ts';
import { signalOfPath } from '../../processor/receive/http.ts';
import { allScopes, bearer, makeKey, type TestKey } from './keys.ts';
import { MARK, send, startTenants, type Tenants, thingsOfNobody, visit } from './tenants.ts';
import { apiStops, grpcStops, otlpStops, routesOf, type Things } from './walk.ts';

const UNKNOWN_KEY = { key: `tg_${'A'.repeat(43)}` };
const routes = Object.entries(apiStops);
const guarded = routes.flatMap(([route, stop]) => (stop.scope === null ? [] : [{ route, stop, scope: stop.scope }]));

let tenants: Tenants;
let revoked: TestKey;
const only: Partial<Record<Scope, TestKey>> = {};
beforeAll(async () => {
  tenants = await startTenants();
  const { database } = tenants;
  revoked = await makeKey(database, `${MARK}-tenant`, { scopes: allScopes, isRevoked: true });
  for (const scope of allScopes) only[scope] = await makeKey(database, 'third', { scopes: [scope] });
});
afterAll(() => tenants[Symbol.asyncDispose]());

const badKeys = (): readonly Record<string, string>[] => [
  {},
  { authorization: 'Bearer tg_short' },
  { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` },
  bearer(UNKNOWN_KEY),
  bearer(revoked),
  { authorization: tenants.owner.key },
];

describe('the walk', () => {
  it('goes to every route of every port', async () => {
    const none = async (): Promise<never> => Promise.reject(new Error('expected not to be asked'));
    const app = await createApi({
      database: { kind: 'postgres', query: none, transaction: none, close: none },
      access: { authenticate: none },
      metrics: none,
      isReady: none,
      clock: () => new Date(0),
      version: '1.2.3',
      policy: { take: () => false, close: () => undefined },
      page: { files: null, admit: none },
      policies: {} as never,
      approve: none,
    } as unknown as Parameters<typeof createApi>[0]);
    await app.ready();
    const table = routesOf(app.printRoutes());
    expect(table.sort()).toEqual(Object.keys(apiStops).sort());
    expect([...signalOfPath.keys()].sort()).toEqual(Object.keys(otlpStops).sort());
    const methods = Object.values(otlpServices).flatMap((service) => Object.values(service).map(({ path }) => path));
    expect(methods.sort()).toEqual(grpcStops);
  });
});

describe('without a key that holds', () => {
  it.each(guarded)('$route answers 401, and nothing of anybody', async ({ route, stop }) => {
    for (const headers of badKeys()) {
      const answer = await visit(tenants.service, route, stop, thingsOfNobody(), headers);
      expect(answer).toMatchObject({ status: 401, text: expect.stringContaining('"unauthenticated"') as string });
      expect(answer.headers).toContain('Bearer');
      expect(answer.text + answer.headers).not.toContain(MARK);
    }
    if (!route.startsWith('GET')) return;
    const head = await send(tenants.service.api, 'HEAD', { path: stop.path(thingsOfNobody()) });
    expect(head).toMatchObject({ status: stop.head ?? 401, text: '' });
  });

  it.each(routes.filter(([, { scope }]) => scope === null))('%s tells nothing of anybody', async (route, stop) => {
    const answer = await visit(tenants.service, route, stop, tenants.things);
    expect(answer.status).toBe(stop.ofNone);
    expect(answer.text + answer.headers).not.toContain(MARK);
  });

  it.each(Object.entries(otlpStops))('OTLP/HTTP refuses %s', async (path, body) => {
    for (const headers of badKeys()) {
      expect((await send(tenants.service.http, 'POST', { path, body }, headers)).status).toBe(401);
    }
    const inOtherHeader = { 'x-api-key': 'tg_short' };
    expect((await send(tenants.service.http, 'POST', { path, body }, inOtherHeader)).status).toBe(401);
  });
});

describe('with a key of another scope', () => {
  it.each(guarded)('$route answers 403, and 2xx or 404 with its own', async ({ route, stop, scope }) => {
    for (const each of allScopes) {
      const key = only[each] ?? UNKNOWN_KEY;
      const { status } = await visit(tenants.service, route, stop, thingsOfNobody(), bearer(key));
      expect([each, status]).toEqual([each, each === scope ? stop.ofNone : 403]);
    }
  });

  it.each(Object.entries(otlpStops))('OTLP/HTTP answers %s with 403, and with 200 to ingest', async (path, body) => {
    for (const each of allScopes) {
      const { status } = await send(tenants.service.http, 'POST', { path, body }, bearer(only[each] ?? UNKNOWN_KEY));
      expect([each, status]).toEqual([each, each === 'ingest' ? 200 : 403]);
    }
  });
});

describe("with another tenant's key", () => {
  /** Times, and ids that are made for each answer, differ whatever is asked. */
  const alike = (text: string, things: Things): string =>
    Object.entries(things)
      .filter(([name]) => name !== 'raise')
      .reduce((left, [, sent]) => left.replaceAll(sent, '…'), text)
      .replace(/(raises?[ /])\d+/g, '$1…')
      .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, 'time')
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id');

  it.each(routes)('%s answers what is there as what is nowhere', async (route, stop) => {
    const { service, other, things } = tenants;
    const nothing = thingsOfNobody();
    const guessed = await visit(service, route, stop, things, bearer(other));
    const absent = await visit(service, route, stop, nothing, bearer(other));
    expect([guessed.status, absent.status]).toEqual([stop.ofNone, stop.ofNone]);
    // What was asked for by a guessed name comes back as the same words, and no more.
    if (stop.path(things) !== stop.path(nothing)) {
      expect(alike(guessed.text, things)).toBe(alike(absent.text, nothing));
    }
    const hidden = [things.traceId, things.spanId, things.decision, things.approval, tenants.owner.id];
    // He has a budget of his own under the guessed name by now, which `PUT` made last.
    const told = (absent.text + absent.headers).replaceAll(`${MARK}-budget`, '');
    for (const each of [MARK, ...hidden]) expect(told).not.toContain(each);
  });

  it('nothing of the first tenant has changed', async () => {
    const { service, owner, things } = tenants;
    const ask = async (path: string) =>
      JSON.parse((await send(service.api, 'GET', { path }, bearer(owner))).text) as Record<string, unknown>;
    expect(await ask(`/policy/v1/decisions/${things.decision}`)).toMatchObject({ effect: 'allow' });
    expect(await ask(`/policy/v1/decisions/${things.approval}`)).toMatchObject({ effect: 'require_approval' });
    expect(await ask('/api/v1/budgets')).toMatchObject({
      items: [{ name: `${MARK}-approved` }, { name: things.budget }],
    });
    expect(await ask(`/api/v1/budgets/${things.budget}/raises`)).toMatchObject({ items: [{ id: things.raise }] });
    expect(await ask(`/api/v1/users/${things.user}`)).toMatchObject({ id: things.user, calls: 1 });
    const actions = (await ask('/api/v1/audit-log'))['items'] as { action: string; key_name: string }[];
    expect(actions.map(({ action }) => action)).toEqual(['price.put', 'budget.put', 'budget.raise', 'budget.put']);
    expect(new Set(actions.map((each) => each.key_name))).toEqual(new Set([`${MARK}-key`]));
  });
});
