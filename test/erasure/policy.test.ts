import { describe, expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import { ASKER, asking, makeBudget, usageOf, usd } from '../gate/gates.ts';
import { chat } from '../charging/settle.ts';
import { ago, budget } from '../store/gateIngest.ts';
import { storeKinds } from '../support/database.ts';
import { placesOf, strangeHashes } from './dump.ts';
import { ADA, type Erasing, openErasing, ops, TENANT } from './erasing.ts';

const subject = { user: ADA, agent: 'bot' };
const month = { kind: 'month' } as const;

/** 0.0035 USD a call: the first fits into 0.005, the second is refused or asks. */
const budgets = [
  makeBudget({
    name: 'small',
    per: ['user'],
    limit: { unit: 'usd', amount: usd('0.005') },
    mode: 'shadow',
    alertAt: [50],
  }),
  makeBudget({ name: 'hers', match: { user: ADA }, window: month, alertAt: [] }),
  makeBudget({
    name: 'asked',
    match: { agent: 'bot' },
    per: ['user'],
    onExceed: 'require_approval',
    minOutputTokens: 1000,
    limit: { unit: 'usd', amount: usd('0.005') },
  }),
];

/** Two calls admitted, one of them settled and told, and one that waits for a person. */
async function fill(place: Erasing): Promise<{ readonly open: string; readonly waiting: string }> {
  const { gate, policies } = place;
  for (const each of budgets) await place.put(each);
  const first = await gate.decide(asking({ subject }), null);
  await gate.settle(ASKER, first.decisionId, { usage: usageOf(100), model: null, final: true, serviceTier: null });
  await place.commit([chat(1, { own: subject }, { ...ago(1000), reservationId: first.decisionId })]);
  const asked = await gate.decide(asking({ subject }), null);
  await gate.approve(TENANT, asked.decisionId, { approve: true, actor: ops, note: `for ${ADA}` });
  const second = await gate.decide(asking({ subject }), null);
  const raise = {
    key: { user: ADA },
    amount: usd('1'),
    startsMicros: Date.now() * 1000 - 1,
    endsMicros: Date.now() * 1000 + 3.6e9,
  };
  await policies.raise(TENANT, 'small', { ...raise, reason: `${ADA}, who launches today` }, ops);
  return { open: asked.decisionId, waiting: second.decisionId };
}

interface CounterRow {
  readonly name: string;
  readonly key: Readonly<Record<string, string>>;
  readonly amounts: readonly string[];
}

async function countersOf({ database }: Erasing): Promise<readonly CounterRow[]> {
  return database.query<CounterRow>(
    `select budget.name, kept.key, jsonb_build_array(trim_scale(spent)::text, trim_scale(reserved)::text, trim_scale(raised)::text) as amounts
from tollgate_data.counters as kept join tollgate_data.budgets as budget using (budget_id) order by budget.name, kept.key`,
  );
}

describe.each(storeKinds)('budgets and their users on %s', { timeout: 300_000 }, (kind) => {
  it('count for the other id what they counted for the erased one', async () => {
    await using place = await openErasing(kind);
    const { database, gate } = place;
    const { open, waiting } = await fill(place);
    await database.query(
      `insert into tollgate_data.webhook_deliveries (tenant, alert_id, endpoint, state, next_at, last_answer)
select tenant, id, 'w', 'pending', now(), 'no route to ' || (data ->> 'user') from tollgate_data.alerts where data ->> 'user' is not null`,
    );
    const before = await countersOf(place);
    const alerts = await database.query('select id, type from tollgate_data.alerts order by id');
    expect(before.map(({ name, amounts }) => [name, ...amounts])).toEqual([
      // What an approval added: 0.007 of 0.005, so 0.002.
      ['asked', '0.0035', '0.0035', '0.002'],
      ['hers', '0.0035', '0.0035', '0'],
      ['small', '0.0035', '0.0035', '0'],
    ]);
    expect(await placesOf(database, ADA)).toEqual(
      expect.arrayContaining([
        'alerts.data',
        'approvals.request',
        'audit_log.detail',
        'budget_raises.key',
        'budgets.definition',
        'reservations.answer',
      ]),
    );

    const { user } = await place.erase();
    expect(place.faults).toEqual([]);
    expect(await placesOf(database, ADA)).toEqual([]);
    expect(await strangeHashes(database)).toEqual([]);
    const renamed = before.map((row) => (row.name === 'hers' ? row : { ...row, key: { user } }));
    expect(await countersOf(place)).toEqual(renamed);
    expect(await place.differences()).toEqual([]);
    const [hers] = await database.query<{ match: unknown }>(
      `select definition -> 'match' as match from tollgate_data.budgets where name = 'hers'`,
    );
    expect(hers).toEqual({ match: { user } });

    // What was under way goes on: the open reservation is settled, the waiting one approved.
    await gate.settle(ASKER, open, { released: true });
    const approved = await gate.approve(TENANT, waiting, { approve: true, actor: ops, note: null });
    expect(approved.effect).toBe('allow');
    const [reserved] = await database.query('select user_id from tollgate_data.reservations where id = $1', [waiting]);
    expect(reserved).toEqual({ user_id: user });
    expect(await place.differences()).toEqual([]);
    expect(await placesOf(database, ADA)).toEqual([]);
    // 70 % of the small budget was told for her; it is not told again for the other id.
    expect(await database.query('select id, type from tollgate_data.alerts order by id')).toEqual(alerts);
  });

  it('of the file, and globs, keep what they say: a glob counts no more what the erased user spent', async () => {
    const named = [budget('file', { match: { user: ADA } }), budget('glob', { match: { user: 'ada-*' } })];
    await using place = await openErasing(kind, { budgets: named });
    const { database } = place;
    await place.commit([
      chat(1, { own: { user: ADA } }, ago(1000)),
      chat(2, { trace: 2, own: { user: 'ada-2' } }, ago(1000)),
    ]);
    await place.erase();
    // Under no tenant's name: what stands in the file is every tenant's.
    expect(await placesOf(database, ADA)).toEqual(['audit_log.detail', 'budgets.definition']);
    const rows = await database.query(
      `select budget.name, trim_scale(spent)::text as spent from tollgate_data.counters join tollgate_data.budgets as budget using (budget_id) order by 1`,
    );
    expect(rows).toEqual([
      { name: 'file', spent: '0' },
      { name: 'glob', spent: '0.0035' },
    ]);
    expect((await audit(database)).differences).toEqual([]);
  });

  it('stand in the audit log with who erased, and without whom', async () => {
    await using place = await openErasing(kind);
    await place.commit([chat(1, { own: { user: ADA } })]);
    const { user, rows } = await place.erase();
    const actions = await place.database.query(
      `select tenant, key_id, key_name, detail - 'asked_at' as detail from tollgate_data.audit_log where action = 'user.erase'`,
    );
    expect(actions).toEqual([{ tenant: TENANT, key_id: 'key-1', key_name: 'ops', detail: { user, rows } }]);
    expect(rows).toEqual({ calls: 1, ledger: 1 });
    expect(place.logged.join()).not.toContain(ADA);
    expect(await place.database.query('select 1 as one from tollgate_data.erasures')).toEqual([]);
  });
});
