import { afterAll, beforeAll, expect, it } from 'vitest';
import { getCosts } from '../support/asking.ts';
import { makeCall, traceExport } from '../support/exports.ts';
import { bearer } from './keys.ts';
import { send, startTenants, type Tenants } from './tenants.ts';

let tenants: Tenants;
beforeAll(async () => {
  tenants = await startTenants();
});
afterAll(() => tenants[Symbol.asyncDispose]());

it("another tenant's spans with the same ids, and the reservation's, are his own and change nothing here", async () => {
  const { service, owner, other, things } = tenants;
  const costs = async (key: typeof owner) =>
    (await getCosts(`http://${service.api}`, 'period=24h&group_by=agent', bearer(key))).totals;
  const counted = async (): Promise<unknown> => {
    const path = `/api/v1/budgets/${things.budget}/status`;
    const { text } = await send(service.api, 'GET', { path }, bearer(owner));
    const { items } = JSON.parse(text) as { items: { spent_usd: string; reserved_usd: string }[] };
    return items.map(({ spent_usd: spent, reserved_usd: reserved }) => [spent, reserved]);
  };
  const before = { costs: await costs(owner), counted: await counted() };
  expect(before.costs).toMatchObject({ calls: 1, cost_usd: '0.0035' });

  const { traceId, spanId, agent, user, decision } = things;
  const text = traceExport([makeCall({ traceId, spanId, agent, user, inputTokens: 4_000 })]);
  const body = JSON.parse(
    text.replace(
      '"attributes":[{"key":"gen_ai',
      `"attributes":[{"key":"tollgate.reservation.id","value":{"stringValue":"${decision}"}},{"key":"gen_ai`,
    ),
  ) as object;
  expect(JSON.stringify(body)).toContain(decision);
  expect((await send(service.http, 'POST', { path: '/v1/traces', body }, bearer(other))).status).toBe(200);

  // 4,000 in at 2.50 USD a million and 100 out at 10: 0.01 + 0.001 USD, with the same response id.
  expect(await costs(other)).toMatchObject({ calls: 1, cost_usd: '0.011' });
  expect({ costs: await costs(owner), counted: await counted() }).toEqual(before);
});
