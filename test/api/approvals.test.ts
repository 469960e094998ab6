import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Approval, insertApprovals, unreservedDecision, updateApprovals } from '../../processor/gate/approvals.ts';
import type { Gate } from '../../processor/gate/gate.ts';
import { TollgateError } from '../../src/errors.ts';
import type { Reason } from '../../src/policy/decision.ts';
import { storeKinds } from '../support/database.ts';
import { openTestApi, type TestApi } from './fill.ts';

const reason: Reason = {
  policy: 'daily',
  kind: 'budget',
  effect: 'require_approval',
  mode: 'enforce',
  message: 'the bound does not fit',
  budget: {
    unit: 'usd',
    limit: 50n * 10n ** 15n,
    spent: 4998n * 10n ** 13n,
    reserved: 10n ** 13n,
    resetsAtMicros: Date.parse('2026-04-02T00:00:00Z') * 1000,
    key: { user: 'u1' },
  },
};

const idOf = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

function waiting(number: number, changes: Partial<Approval> = {}): Approval {
  const requestedMicros = Date.parse('2026-04-01T10:00:00Z') * 1000 + number;
  return {
    tenant: 'acme',
    id: idOf(number),
    state: 'waiting',
    request: {
      tenant: 'acme',
      subject: { agent: 'bot', user: 'u1', session: null, service: null, environment: null, tags: { feature: 'faq' } },
      call: null,
      idempotencyKey: null,
      requestHash: '00'.repeat(32),
      ttlMs: 120_000,
    },
    outer: null,
    answer: unreservedDecision(idOf(number), 'require_approval', [reason]),
    requestedMicros,
    expiresMicros: requestedMicros + 3_600_000_000,
    decidedMicros: null,
    keyId: null,
    keyName: null,
    isKeyTaken: false,
    ...changes,
  };
}

describe.each(storeKinds)('approvals on %s', (kind) => {
  let api: TestApi;
  let asked: unknown[] = [];
  const approve: Gate['approve'] = async (tenant, id, verdict) => {
    asked.push([tenant, id, verdict]);
    if (id === idOf(9)) throw new TollgateError('conflict', `decision ${id} was refused`);
    return unreservedDecision(id, verdict.approve ? 'allow' : 'deny', []);
  };
  beforeAll(async () => {
    api = await openTestApi(kind, { approve });
    const decided = { decidedMicros: Date.parse('2026-04-01T10:05:00Z') * 1000, keyId: 'k7', keyName: 'ops' };
    const refused = waiting(3, { state: 'refused', answer: unreservedDecision(idOf(3), 'deny', [reason]), ...decided });
    await api.database.transaction(async (client) => {
      await insertApprovals(client, [waiting(1), waiting(2), waiting(3), { ...waiting(4), tenant: 'other' }]);
      await updateApprovals(client, [refused]);
    });
  });
  afterAll(() => api[Symbol.asyncDispose]());
  beforeEach(() => {
    asked = [];
  });

  const ids = (items: { id: string }[]): string[] => items.map(({ id }) => id);

  it('that wait are listed, the oldest first, in pages', async () => {
    expect(ids(await api.walk('/api/v1/approvals?limit=1'))).toEqual([idOf(1), idOf(2)]);
    expect(ids(await api.walk('/api/v1/approvals?state=all&limit=2'))).toEqual([idOf(1), idOf(2), idOf(3)]);
    expect((await api.get('/api/v1/approvals?state=expired')).body.items).toEqual([]);
  });

  it('say who asks for what, and why it does not just go on', async () => {
    const [item] = (await api.get('/api/v1/approvals?limit=1')).body.items;
    expect(item).toMatchObject({
      state: 'waiting',
      requested_at: '2026-04-01T10:00:00.000001Z',
      expires_at: '2026-04-01T11:00:00.000001Z',
      subject: { agent: 'bot', user: 'u1', session: null, tags: { feature: 'faq' } },
      call: null,
      decided_at: null,
    });
    expect(item.decision).toMatchObject({
      effect: 'require_approval',
      reserved_usd: '0',
      reasons: [{ policy: 'daily', limit_usd: '50', spent_usd: '49.98', reserved_usd: '0.01', key: { user: 'u1' } }],
    });
  });

  it('that were decided say by whom', async () => {
    const { items } = (await api.get('/api/v1/approvals?state=refused')).body;
    expect(items).toMatchObject([
      { decided_at: '2026-04-01T10:05:00.000Z', key_id: 'k7', key_name: 'ops', decision: { effect: 'deny' } },
    ]);
  });

  it('are decided in the name of the key, and answer with the decision', async () => {
    const yes = await api.send('POST', `/api/v1/approvals/${idOf(1)}`, { approve: true, note: 'once' });
    const no = await api.send('POST', `/api/v1/approvals/${idOf(2)}`, { approve: false });
    expect([yes.status, yes.body.effect, no.status, no.body.effect]).toEqual([200, 'allow', 200, 'deny']);
    const actor = { keyId: 'k1', keyName: null };
    expect(asked).toEqual([
      ['acme', idOf(1), { approve: true, actor, note: 'once' }],
      ['acme', idOf(2), { approve: false, actor, note: null }],
    ]);
  });

  it('that were decided otherwise are a conflict', async () => {
    const { status, body } = await api.send('POST', `/api/v1/approvals/${idOf(9)}`, { approve: true });
    expect([status, body.code]).toEqual([409, 'conflict']);
  });

  it('need an id and a clear answer', async () => {
    for (const [id, body, field] of [
      ['x', { approve: true }, 'id'],
      [idOf(1), { approve: 'yes' }, 'approve'],
      [idOf(1), {}, 'approve'],
      [idOf(1), { approve: true, note: '' }, 'note'],
      [idOf(1), { approve: true, why: 'x' }, 'why'],
    ] as const) {
      const answer = await api.send('POST', `/api/v1/approvals/${id}`, body);
      expect([answer.status, answer.body.errors[0].field]).toEqual([400, field]);
    }
    expect(asked).toEqual([]);
  });
});
