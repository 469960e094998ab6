import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import type { AuditDifference } from '../../processor/store/auditDifference.ts';
import { createStore } from '../../processor/store/createStore.ts';
import { retain } from '../../processor/store/retain.ts';
import { agentTotal, chat, spanId } from '../charging/settle.ts';
import { openTestDatabase, storeKinds, type TestDatabase } from '../support/database.ts';
import { batch, HOUR_NANO, START_NANO, noCounters } from './samples.ts';

const NOW_MS = Date.UTC(2026, 10, 30);
const rollups = ['rollup_daily', 'rollup_hourly', 'session_daily', 'run_daily'];
const tables = ['calls', 'spans', 'ledger', 'traces', 'provider_ids', 'closing_date', 'closing_balances', ...rollups];

/**
 * 2026-11-20, 0.0035 USD a call: span 1 is charged and 2 its duplicate; 3 was charged to nobody, then to `bot` that its container 4
 * names, so that it has three entries; the agent's total 5 is pending. 2026-11-15: span 6 is charged.
 */
async function fill({ database }: TestDatabase): Promise<void> {
  await database.query(`truncate ${tables.map((table) => `tollgate_data.${table}`).join(', ')}`);
  const store = createStore(database, { settleDelayMs: 60_000, nowMs: () => NOW_MS });
  const id = { responseId: 'chatcmpl-123' };
  await store.commit(
    batch([
      chat(1, { trace: 1 }, { ...id, scope: 'sdk', isEmitterKnown: true }),
      chat(2, { trace: 1, from: 1 }, { ...id, scope: 'gateway' }),
      chat(3, { trace: 2, below: 4 }),
      agentTotal(5, { trace: 3 }),
      chat(6, { trace: 4 }, { startUnixNano: START_NANO - 120n * HOUR_NANO }),
    ]),
  );
  await store.commit(batch([agentTotal(4, { trace: 2, own: { agent: 'bot' } })]));
}

/** 2026-11-15 is closed by a retention of 11 days: 2026-11-30 less 12. */
async function closeFirstDay({ database }: TestDatabase): Promise<void> {
  for await (const _ of retain(database, { nowMs: NOW_MS, retentionDays: 11 }));
}

const is = (span: number): string => `span_id = '\\x${spanId(span)}'`;

/** Books the first entry of span 1 for another span as well, as its next entry, and counts it. */
const bookFor = (span: number): string => `
insert into tollgate_data.ledger
select booked.* from tollgate_data.ledger as entry, tollgate_data.calls as other, jsonb_populate_record(entry, jsonb_build_object(
  'trace_id', other.trace_id, 'span_id', other.span_id, 'started_at', other.started_at, 'run_id', other.run_id, 'entry_no', other.entry_count)) as booked
where entry.${is(1)} and other.${is(span)};
update tollgate_data.calls set entry_count = entry_count + 1 where ${is(span)}`;

interface Damage {
  readonly what: string;
  readonly sql: string;
  readonly isClosed?: true;
  readonly table: string;
  readonly span?: number;
  readonly expected: AuditDifference['expected'];
  readonly found: AuditDifference['found'];
}

const winner = { charge_of_the_charged_copy: 'charged' };
const cost = { cost_usd: '0.003500000000000' };
const dearer = { cost_usd: '0.003500000000001' };
const raise = 'set cost_usd = cost_usd + 0.000000000000001';

const damages: readonly Damage[] = [
  {
    what: 'a call that counts an entry more than it has',
    sql: `update tollgate_data.calls set entry_count = 2 where ${is(1)}`,
    table: 'calls',
    span: 1,
    expected: { entry_count: '1' },
    found: { entry_count: '2' },
  },
  {
    what: 'a first entry that was taken out',
    sql: `delete from tollgate_data.ledger where ${is(3)} and entry_no = 0`,
    table: 'ledger',
    span: 3,
    // Two of three entries are left, -1 call and 1 call.
    expected: { first_entry: '0', last_entry: '1', calls: '0' },
    found: { first_entry: '1', last_entry: '2', calls: '0' },
  },
  {
    what: 'an entry in the middle that was taken out',
    sql: `delete from tollgate_data.ledger where ${is(3)} and entry_no = 1`,
    table: 'ledger',
    span: 3,
    expected: { first_entry: '0', last_entry: '1', calls: '1' },
    found: { first_entry: '0', last_entry: '2', calls: '2' },
  },
  {
    what: 'a last entry that was taken out',
    sql: `delete from tollgate_data.ledger where ${is(3)} and entry_no = 2`,
    table: 'calls',
    span: 3,
    expected: { entry_count: '2' },
    found: { entry_count: '3' },
  },
  {
    what: 'a call that was booked twice',
    sql: bookFor(1),
    table: 'ledger',
    span: 1,
    expected: { first_entry: '0', last_entry: '1', calls: '1' },
    found: { first_entry: '0', last_entry: '1', calls: '2' },
  },
  {
    what: 'bookings of a call that is not there',
    sql: `delete from tollgate_data.calls where ${is(1)}`,
    table: 'calls',
    span: 1,
    expected: { entry_count: '1' },
    found: null,
  },
  ...[
    ['a duplicate', 2],
    ['a container', 4],
    ['a pending total', 5],
  ].map(([what, span]): Damage => {
    const booked = { calls: '1', ...cost };
    return {
      what: `${what} that is booked`,
      sql: bookFor(Number(span)),
      table: 'calls',
      span: Number(span),
      expected: booked,
      found: null,
    };
  }),
  {
    what: 'a charged call without a booking',
    sql: `delete from tollgate_data.ledger where ${is(1)}; update tollgate_data.calls set entry_count = 0 where ${is(1)}`,
    table: 'calls',
    span: 1,
    expected: null,
    found: { calls: '1', ...cost },
  },
  {
    what: 'a booking of another amount than the call costs',
    sql: `update tollgate_data.ledger ${raise} where ${is(1)}`,
    table: 'calls',
    span: 1,
    expected: dearer,
    found: cost,
  },
  {
    what: 'a duplicate of a call that is not charged',
    sql: `update tollgate_data.calls set charge = 'container' where ${is(1)}`,
    table: 'calls',
    span: 2,
    expected: winner,
    found: { charge_of_the_charged_copy: 'container' },
  },
  {
    what: 'a duplicate of a call that is not there',
    sql: `delete from tollgate_data.calls where ${is(1)}`,
    table: 'calls',
    span: 2,
    expected: winner,
    found: { charge_of_the_charged_copy: null },
  },
  {
    what: "a duplicate of another tenant's call",
    sql: `update tollgate_data.calls set tenant = 'other' where ${is(2)}`,
    table: 'calls',
    span: 2,
    expected: winner,
    found: { charge_of_the_charged_copy: null },
  },
  {
    what: 'a duplicate that names no call',
    sql: `update tollgate_data.calls set charge_reason = 'sibling' where ${is(2)}`,
    table: 'calls',
    span: 2,
    expected: winner,
    found: { charge_of_the_charged_copy: null },
  },
  {
    what: 'a duplicate of a call that is not there, though another day is closed',
    sql: `delete from tollgate_data.calls where ${is(1)}`,
    isClosed: true,
    table: 'calls',
    span: 2,
    expected: winner,
    found: { charge_of_the_charged_copy: null },
  },
  ...rollups.map((table): Damage => ({
    what: `another sum in ${table}`,
    sql: `update tollgate_data.${table} ${raise} where agent = 'bot'`,
    table,
    expected: cost,
    found: dearer,
  })),
  ...rollups.map((table): Damage => ({
    what: `a row that ${table} lacks`,
    sql: `delete from tollgate_data.${table} where agent = 'bot'`,
    table,
    expected: cost,
    found: null,
  })),
  ...rollups.map((table): Damage => ({
    what: `another sum in ${table} on a closed day`,
    sql: `update tollgate_data.${table} ${raise} where calls = 1 and ${table === 'rollup_hourly' ? 'hour::date' : 'day'} = '2026-11-15'`,
    isClosed: true,
    table,
    expected: cost,
    found: dearer,
  })),
  {
    what: 'another closing balance',
    sql: `update tollgate_data.closing_balances set calls = 2`,
    isClosed: true,
    table: 'session_daily',
    expected: { calls: '2' },
    found: { calls: '1' },
  },
  {
    what: 'a closing balance that is missing',
    sql: `delete from tollgate_data.closing_balances`,
    isClosed: true,
    table: 'run_daily',
    expected: null,
    found: cost,
  },
  {
    what: 'a closing balance of a day that is open',
    sql: `update tollgate_data.closing_balances set day = '2026-11-20'`,
    isClosed: true,
    table: 'closing_balances',
    expected: null,
    found: { entry_count: '1', ...cost },
  },
];

describe.each(storeKinds)('the audit on %s finds', (kind) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await openTestDatabase(kind);
  });
  afterAll(() => place[Symbol.asyncDispose]());
  beforeEach(() => fill(place));

  it('nothing in books nobody touched, a day of them closed or not', async () => {
    // Spans 1 and 6 have an entry each, 3 has three.
    const open = { days: 2, closedDays: 0, ledgerEntries: 5, ...noCounters, differences: [], isCut: false };
    expect(await audit(place.database)).toEqual(open);
    await closeFirstDay(place);
    expect(await audit(place.database)).toEqual({ ...open, closedDays: 1, ledgerEntries: 4 });
  });

  it.each(damages)('$what', async ({ sql, isClosed, table, span, expected, found }) => {
    if (isClosed === true) await closeFirstDay(place);
    await place.database.query(sql);
    const { differences } = await audit(place.database);
    const key = span === undefined ? {} : { span_id: `\\x${spanId(span)}` };
    expect(differences).toContainEqual({
      table,
      key: expect.objectContaining(key),
      expected: expected === null ? null : expect.objectContaining(expected),
      found: found === null ? null : expect.objectContaining(found),
    });
  });

  it('nothing wrong with a duplicate whose charged copy was on a day that is closed', async () => {
    const { database } = place;
    await closeFirstDay(place);
    const gone = `update tollgate_data.calls set charge_reason = 'same_provider_id 00000000000000000000000000000004/${spanId(6)}' where ${is(2)}`;
    // The trace of span 6 began before the closing date: not charged here, and not on record anywhere.
    await database.query(gone);
    expect((await audit(database)).differences).toEqual([]);
  });
});
