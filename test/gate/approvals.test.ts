import { describe, expect, it } from 'vitest';
import type { Database } from '../../processor/store/database.ts';
import { storeKinds } from '../support/database.ts';
import { ASKER, asking, counterOf, makeBudget, openGates, somebody, TENANT, usageOf, usd } from './gates.ts';

/** One call fits, and for the next somebody is asked. */
const budget = makeBudget({
  limit: { unit: 'usd', amount: usd('0.005') },
  onExceed: 'require_approval',
  minOutputTokens: 1000,
});
const yes = { approve: true, actor: somebody, note: 'for the demo' };
const no = { approve: false, actor: somebody, note: null };

async function raisedOf(database: Database): Promise<string[]> {
  const rows = await database.query<{ raised: string }>(
    'select trim_scale(raised) as raised from tollgate_data.counters',
  );
  return rows.map(({ raised }) => raised);
}

async function actionsOf(database: Database) {
  return database.query<{ action: string; key_name: string; detail: Record<string, unknown> }>(
    `select action, key_name, detail from tollgate_data.audit_log where action like 'approval.%' order by at`,
  );
}

describe.each(storeKinds)('approvals on %s', (kind) => {
  it('reserve nothing while nobody decided, and tell that somebody is asked', async () => {
    await using place = await openGates(kind, [budget]);
    const { database, gates } = place;
    const [gate] = gates;
    await gate.decide(asking(), null);
    const waiting = await gate.decide(asking(), null);
    expect(waiting).toMatchObject({ effect: 'require_approval', reservedFemtoUsd: null, expiresAtMicros: null });
    expect(await gate.find(ASKER, waiting.decisionId)).toEqual(waiting);
    expect(await counterOf(database)).toMatchObject({ reserved: '0.0035' });
    const alerts = await database.query<{ type: string; data: { decision_id: string } }>(
      `select type, data from tollgate_data.alerts where type = 'approval.requested'`,
    );
    expect(alerts.map(({ data }) => data.decision_id)).toEqual([waiting.decisionId]);
  });

  it('raise what does not fit by exactly what is missing, and reserve under the id that waited', async () => {
    await using place = await openGates(kind, [budget]);
    const { database, gates } = place;
    const [gate] = gates;
    await gate.decide(asking(), null);
    const { decisionId } = await gate.decide(asking(), null);
    const approved = await gate.approve(TENANT, decisionId, yes);
    expect(approved).toMatchObject({ decisionId, effect: 'allow', reservedFemtoUsd: usd('0.0035'), modify: null });
    // 0.007 of 0.005: 0.002 is missing.
    expect(await counterOf(database)).toMatchObject({ reserved: '0.007' });
    expect(await raisedOf(database)).toEqual(['0.002']);
    expect(await gate.find(ASKER, decisionId)).toEqual(approved);
    expect(await actionsOf(database)).toMatchObject([
      {
        action: 'approval.approve',
        key_name: 'ops',
        detail: {
          decision_id: decisionId,
          effect: 'allow',
          note: 'for the demo',
          raises: [{ budget: 'daily', raised_usd: '0.002' }],
        },
      },
    ]);
    const usage = usageOf(0);
    await gate.settle(ASKER, decisionId, { usage, model: null, final: true, serviceTier: null });
    expect(await counterOf(database)).toMatchObject({ spent: '0.0025', reserved: '0.0035', overrun: '0' });
    // 0.007 - 0.006 is left of the raised limit: the next call has to ask again.
    expect((await gate.decide(asking(), null)).effect).toBe('require_approval');
  });

  it('do not help against what another budget denies', async () => {
    const hard = makeBudget({ name: 'hard', limit: { unit: 'calls', amount: 2n } });
    await using place = await openGates(kind, [budget, hard]);
    const { database, gates } = place;
    const [gate] = gates;
    await gate.decide(asking(), null);
    const { decisionId } = await gate.decide(asking(), null);
    await gate.decide(asking({ call: { inputTokens: 1, maxOutputTokens: 1 } }), null);
    const decided = await gate.approve(TENANT, decisionId, yes);
    expect(decided.effect).toBe('deny');
    expect(decided.reasons.map(({ policy }) => policy)).toContain('hard');
    expect(await raisedOf(database)).toEqual(['0', '0']);
    expect(await gate.find(ASKER, decisionId)).toEqual(decided);
  });

  it('are refused in a name, once and for all', async () => {
    await using place = await openGates(kind, [budget]);
    const { database, gates } = place;
    const [gate] = gates;
    await gate.decide(asking(), null);
    const { decisionId } = await gate.decide(asking(), null);
    const refused = await gate.approve(TENANT, decisionId, no);
    expect(refused).toMatchObject({ decisionId, effect: 'deny', expiresAtMicros: null });
    expect(await gate.approve(TENANT, decisionId, no)).toEqual(refused);
    await expect(gate.approve(TENANT, decisionId, yes)).rejects.toMatchObject({ code: 'conflict' });
    expect(await actionsOf(database)).toMatchObject([{ action: 'approval.refuse', key_name: 'ops' }]);
    expect(await counterOf(database)).toMatchObject({ reserved: '0.0035' });
  });

  it('count once, whoever approves how often and where', async () => {
    await using place = await openGates(kind, [budget], { count: 3 });
    const { database, gates } = place;
    const [gate] = gates;
    await gate.decide(asking(), null);
    const { decisionId } = await gate.decide(asking(), null);
    const answers = await Promise.all([...gates, ...gates].map((each) => each.approve(TENANT, decisionId, yes)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await counterOf(database)).toMatchObject({ reserved: '0.007' });
    expect(await raisedOf(database)).toEqual(['0.002']);
    await expect(gate.approve(TENANT, decisionId, no)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('wake whoever waits for them, at this replica or at another', async () => {
    await using place = await openGates(kind, [budget], { count: 2 });
    const [gate, other = gate] = place.gates;
    await gate.decide(asking(), null);
    for (const verdict of [yes, no]) {
      const { decisionId } = await gate.decide(asking(), null);
      const waits = [gate, other].map((each) => each.wait(ASKER, decisionId, 60_000));
      // Whoever waits asks first what was decided so far.
      await Promise.all([gate, other].map((each) => each.find(ASKER, decisionId)));
      const decided = await gate.approve(TENANT, decisionId, verdict);
      expect(await Promise.all(waits)).toEqual([decided, decided]);
    }
  });

  it('wake whoever waits at this replica without asking the store', async () => {
    let isAsking: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (isAsking = resolve));
    // The question that is repeated for the decisions of other replicas is never answered.
    const seen = (database: Database): Database => ({
      ...database,
      query(text, values) {
        if (!text.includes(`kept.state <> 'waiting'`)) return database.query(text, values);
        isAsking();
        return new Promise(() => undefined);
      },
    });
    await using place = await openGates(kind, [budget], { seen });
    const [gate] = place.gates;
    await gate.decide(asking(), null);
    const { decisionId } = await gate.decide(asking(), null);
    const waits = gate.wait(ASKER, decisionId, 60_000);
    await asked;
    const decided = await gate.approve(TENANT, decisionId, yes);
    expect(await waits).toEqual(decided);
  });

  it('let nobody wait longer than he wants, or for what nobody knows', async () => {
    await using place = await openGates(kind, [budget]);
    const [gate] = place.gates;
    const allowed = await gate.decide(asking(), null);
    const waiting = await gate.decide(asking(), null);
    expect(await gate.wait(ASKER, allowed.decisionId, 60_000)).toEqual(allowed);
    expect(await gate.wait(ASKER, waiting.decisionId, 10)).toEqual(waiting);
    expect(await gate.wait(ASKER, '01890a5d-ac96-774b-bcce-b302099a8057', 60_000)).toBeNull();
    await expect(gate.approve(TENANT, allowed.decisionId, yes)).rejects.toMatchObject({ code: 'not_found' });
    const ended = gate.wait(ASKER, waiting.decisionId, 60_000);
    await gate.find(ASKER, waiting.decisionId);
    await gate.close();
    expect(await ended).toEqual(waiting);
  });

  it('expire after a day, and are refused then', async () => {
    await using place = await openGates(kind, [budget]);
    const { database, gates } = place;
    const [gate] = gates;
    await gate.decide(asking(), null);
    const { decisionId } = await gate.decide(asking({ key: 'k' }), null);
    const pass = (interval: string) =>
      database.query(
        `update tollgate_data.approvals set expires_at = expires_at - $1::interval where state = 'waiting'`,
        [interval],
      );
    await pass('23 hours 59 minutes');
    expect(await gate.sweep()).toBe(0);
    await pass('1 minute');
    await expect(gate.approve(TENANT, decisionId, yes)).rejects.toMatchObject({ code: 'conflict' });
    expect(await gate.sweep()).toBe(1);
    expect(await gate.find(ASKER, decisionId)).toMatchObject({ effect: 'deny', expiresAtMicros: null });
    await expect(gate.approve(TENANT, decisionId, yes)).rejects.toMatchObject({ code: 'conflict' });
    // Its key is asked anew.
    const anew = await gate.decide(asking({ key: 'k' }), null);
    expect(anew.effect).toBe('require_approval');
    expect(anew.decisionId).not.toBe(decisionId);
  });

  it('are asked for by rules and callbacks too', async () => {
    const rule = {
      name: 'previews',
      match: { model: '*-preview' },
      effect: 'require_approval',
      maxOutputTokens: null,
      maxCostPerCallFemtoUsd: null,
      mode: 'enforce',
    } as const;
    await using place = await openGates(kind, [makeBudget({ unpriced: { kind: 'allow' } })], { rules: [rule] });
    const [gate] = place.gates;
    const asked = await gate.decide(asking({ call: { model: 'some-preview' } }), null);
    expect(asked.effect).toBe('require_approval');
    expect(await gate.approve(TENANT, asked.decisionId, yes)).toMatchObject({ reservedTokens: 1100 });
    const outer = { effect: 'require_approval', model: null, maxOutputTokens: null, message: 'ask' } as const;
    const called = await gate.decide(asking(), outer);
    expect(called).toMatchObject({
      effect: 'require_approval',
      reasons: [{ kind: 'callback', message: 'callback: ask' }],
    });
    expect((await gate.approve(TENANT, called.decisionId, yes)).effect).toBe('allow');
  });
});
