import { describe, expect, it, vi } from 'vitest';
import { allowed, ask, caller, DECISION_ID, refused, startEndpoint } from './endpoint.ts';

const path = `/policy/v1/decisions/${DECISION_ID}`;

describe('GET /policy/v1/decisions/ID', () => {
  it('answers what was decided, and what waits with nothing reserved', async () => {
    const find = vi.fn(async () => refused);
    await using endpoint = await startEndpoint({ find });
    const { status, json } = await ask(endpoint.base + path);
    expect([status, json]).toMatchObject([
      200,
      { effect: 'require_approval', reserved_usd: '0', reserved_tokens: 0, expires_at: null },
    ]);
    expect(find).toHaveBeenCalledWith(caller, DECISION_ID);
  });

  it('says null for what was reserved and nobody could price', async () => {
    await using endpoint = await startEndpoint({ find: async () => ({ ...allowed, reservedFemtoUsd: null }) });
    expect((await ask(endpoint.base + path)).json['reserved_usd']).toBe(null);
  });

  it('is 404 where nobody knows the decision', async () => {
    await using endpoint = await startEndpoint({ find: async () => null, wait: async () => null });
    expect(await ask(endpoint.base + path)).toMatchObject({ status: 404, json: { code: 'not_found' } });
    expect((await ask(`${endpoint.base}${path}?wait=1`)).status).toBe(404);
  });

  it('waits as many seconds as it is told', async () => {
    const wait = vi.fn(async () => allowed);
    await using endpoint = await startEndpoint({ wait });
    expect((await ask(`${endpoint.base}${path}?wait=60`)).json['effect']).toBe('allow');
    expect(wait).toHaveBeenCalledWith(caller, DECISION_ID, 60_000);
  });

  it.each(['wait=61', 'wait=-1', 'wait=1.5', 'wait=', 'wait=NaN', 'wait=1&wait=2', 'wait=000000'])(
    'refuses %s',
    async (query) => {
      await using endpoint = await startEndpoint({});
      const { status, json } = await ask(`${endpoint.base}${path}?${query}`);
      expect([status, json['errors']]).toMatchObject([400, [{ field: 'wait' }]]);
    },
  );

  it('refuses parameters that it does not have', async () => {
    await using endpoint = await startEndpoint({});
    const { json } = await ask(`${endpoint.base}${path}?wait=99&waits=5`);
    expect(json['errors']).toMatchObject([
      { field: 'waits', found: '"5"' },
      { field: 'wait', found: '"99"' },
    ]);
  });

  it('answers as it stands when the service stops', async () => {
    let isAsked = (): void => undefined;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const wait = async (): Promise<never> => {
      isAsked();
      return new Promise(() => undefined);
    };
    const endpoint = await startEndpoint({ wait, find: async () => refused });
    const answer = ask(`${endpoint.base}${path}?wait=60`);
    await asked;
    await endpoint.stop();
    expect(await answer).toMatchObject({ status: 200, json: { effect: 'require_approval' } });
    expect((await answer).headers.get('connection')).toBe('close');
  });

  it('holds no more than 1000 who wait', async () => {
    let release = (): void => undefined;
    const released = new Promise<typeof allowed>((resolve) => (release = () => resolve(allowed)));
    await using endpoint = await startEndpoint({ wait: () => released });
    const url = `${endpoint.base}${path}?wait=60`;
    const waiting = Array.from({ length: 1000 }, () => ask(url));
    await vi.waitUntil(() => endpoint.waiting() === 1000, { timeout: 20_000 });
    expect(await ask(url)).toMatchObject({ status: 503, json: { code: 'overloaded' } });
    release();
    expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([200]));
    expect((await ask(url)).status).toBe(200);
  });
});
