import { randomBytes, randomUUID } from 'node:crypto';
import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { makeCall, postCalls } from '../support/exports.ts';
import { allScopes, bearer, makeKey, type TestKey } from './keys.ts';
import { type RunningHere, startHere } from './running.ts';
import type { Stop, Things } from './walk.ts';

/** Part of every name that the first tenant has: nobody else may ever read it. */
export const MARK = 'zebra';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: string;
}

export async function send(
  base: string,
  method: string,
  { path, body }: { readonly path: string; readonly body?: object | undefined },
  headers: Record<string, string> = {},
): Promise<Answer> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(`http://${base}${path}`, { method, headers: { ...type, ...headers }, ...sent });
  return { status: response.status, text: await response.text(), headers: JSON.stringify([...response.headers]) };
}

export function visit(
  service: RunningHere,
  route: string,
  stop: Stop,
  things: Things,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const [method = ''] = route.split(' ');
  return send(service.api, method, { path: stop.path(things), body: stop.body?.(things) }, headers);
}

export interface Tenants extends AsyncDisposable {
  readonly service: RunningHere;
  readonly database: Database;
  readonly owner: TestKey;
  readonly other: TestKey;
  /** What the owner has. */
  readonly things: Things;
}

/** A service with two tenants: one that has something of everything, and one that has nothing. */
export async function startTenants(): Promise<Tenants> {
  const service = await startHere('postgres18');
  const database = await openDatabase({ databaseUrl: service.databaseUrl, dataDir: service.dataDir });
  const owner = await makeKey(database, `${MARK}-tenant`, { scopes: allScopes, name: `${MARK}-key` });
  const other = await makeKey(database, 'other', { scopes: allScopes });
  // Another connection made them: the service sees them a second later at the latest.
  while ((await send(service.api, 'GET', { path: '/api/v1/costs' })).status !== 401);
  const things = await fill(service, owner);
  return {
    service,
    database,
    owner,
    other,
    things,
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await service[Symbol.asyncDispose]();
    },
  };
}

async function fill(service: RunningHere, owner: TestKey): Promise<Things> {
  const act = async (method: string, path: string, body: object): Promise<Record<string, unknown>> => {
    const { status, text } = await send(service.api, method, { path, body }, bearer(owner));
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const agent = `${MARK}-agent`;
  const user = `${MARK}-user`;
  const budget = `${MARK}-budget`;
  const asking = { subject: { agent, user }, call: { provider: 'openai', model: 'gpt-4o', input_tokens: 1 } };
  await act('PUT', `/api/v1/budgets/${budget}`, { limit: { usd: '1000' }, window: 'month', per: ['user'] });
  const raise = await act('POST', `/api/v1/budgets/${budget}/raises`, {
    amount: { usd: '5' },
    ends_at: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await act('PUT', `/api/v1/budgets/${MARK}-approved`, {
    limit: { calls: 1 },
    window: 'month',
    on_exceed: 'require_approval',
  });
  const deployment = `${MARK}-deployment`;
  await act('PUT', `/api/v1/prices/openai/${deployment}`, { input_usd_per_mtok: '1', output_usd_per_mtok: '2' });
  const decision = await act('POST', '/policy/v1/decisions', { ...asking, ttl_seconds: 3600 });
  const waiting = await act('POST', '/policy/v1/decisions', asking);
  if (waiting['effect'] !== 'require_approval') throw new Error(`expected one that waits: ${JSON.stringify(waiting)}`);
  const call = makeCall({ agent, user, session: `${MARK}-session` });
  const sent = await postCalls(`http://${service.http}`, [call], bearer(owner));
  if (sent.status !== 200) throw new Error(await sent.text());
  return {
    traceId: call.traceId,
    spanId: call.spanId,
    agent,
    user,
    session: call.session,
    run: call.traceId,
    model: 'gpt-4o',
    budget,
    deployment,
    raise: String(raise['id']),
    decision: String(decision['decision_id']),
    approval: String(waiting['decision_id']),
  };
}

/** Things like the owner's that nobody has. */
export function thingsOfNobody(): Things {
  return {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    agent: 'absent-agent',
    user: 'absent-user',
    session: 'absent-session',
    run: randomBytes(16).toString('hex'),
    model: 'absent-model',
    budget: 'absent-budget',
    deployment: 'absent-deployment',
    raise: '999999999',
    decision: randomUUID(),
    approval: randomUUID(),
  };
}
