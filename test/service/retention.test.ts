import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retainRepeatedly, type RetentionWaits } from '../../processor/retainRepeatedly.ts';
import { createStore } from '../../processor/store/createStore.ts';
import { PARTITIONED, partitionOf } from '../../processor/store/partitions.ts';
import { selectPartitionDays } from '../../processor/store/statements/selectPartitionDays.ts';
import { createTelemetry } from '../../processor/telemetry.ts';
import { batch, call } from '../store/samples.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const DAY_MS = 86_400_000;
const SOON: RetentionWaits = { firstMs: 1, intervalMs: 20, busyMs: 5 };
const NEVER_AGAIN: RetentionWaits = { firstMs: 1, intervalMs: 3_600_000, busyMs: 3_600_000 };
const LONG_MS = 20_000;

describe('retention in the service', () => {
  let place: TestDatabase;
  let telemetry: ReturnType<typeof createTelemetry>;
  let lines: { level: string; fields: Record<string, unknown> }[];
  let faults: unknown[];

  /** One call forty days ago and one today, by the server's clock. */
  beforeEach(async () => {
    place = await openTestDatabase('postgres15');
    telemetry = createTelemetry('0');
    lines = [];
    faults = [];
    const store = createStore(place.database, { settleDelayMs: 1000 });
    const startedAt = (ms: number) => ({ startUnixNano: BigInt(ms) * 1_000_000n });
    await store.commit(batch([call(1, 1, startedAt(Date.now() - 40 * DAY_MS)), call(2, 2, startedAt(Date.now()))]));
    await store.close();
  });
  afterEach(() => place[Symbol.asyncDispose]());

  const start = (retentionDays: number, waits: RetentionWaits, nowMs = Date.now) =>
    retainRepeatedly({
      database: place.database,
      retentionDays,
      nowMs,
      telemetry,
      log: {
        info: (fields: object) => void lines.push({ level: 'info', fields: { ...fields } }),
        error: (fields: object) => void lines.push({ level: 'error', fields: { ...fields } }),
      },
      onFault: (fault) => faults.push(fault),
      waits,
    });
  const partitions = async () => (await selectPartitionDays(place.database)).length;
  const closed = async () => (await telemetry.daysClosed.get()).values[0]?.value;
  const kept = async () => (await telemetry.daysKept.get()).values[0]?.value;
  /** Of the old call's day, of today and of tomorrow. */
  const ALL = 3;

  it('closes the days past retention, tells what they came to, and counts them', async () => {
    const retaining = start(30, NEVER_AGAIN);
    await expect.poll(partitions, { timeout: LONG_MS }).toBe(ALL - 1);
    await retaining.stop();
    const [line] = lines;
    expect(line?.level).toBe('info');
    expect(line?.fields).toMatchObject({ tenants: 1, ledgerEntries: '1', calls: '1', costUsd: '0.0035' });
    expect(await closed()).toBe(1);
    expect(faults).toEqual([]);
  });

  it('makes the partitions of today and tomorrow where nothing arrives', async () => {
    const days = (await selectPartitionDays(place.database)).slice(1);
    const tables = days.flatMap((day) => PARTITIONED.map((table) => partitionOf(table, day)));
    await place.database.query(`drop table ${tables.join(', ')}`);
    const retaining = start(60, NEVER_AGAIN);
    await expect
      .poll(() => selectPartitionDays(place.database), { timeout: LONG_MS })
      .toEqual(expect.arrayContaining(days));
    await retaining.stop();
    expect(faults).toEqual([]);
  });

  it('drops nothing by a clock that runs ahead of the server', async () => {
    const retaining = start(60, NEVER_AGAIN, () => Date.now() + 1000 * DAY_MS);
    // Tables without partitions come last in a round.
    await expect
      .poll(async () => (await telemetry.endedRowsDeleted.get()).values.length, { timeout: LONG_MS })
      .toBeGreaterThan(0);
    await retaining.stop();
    expect(await partitions()).toBe(ALL);
  });

  it('tells of a day whose books do not close, round after round, until they do', async () => {
    await place.database.query('update tollgate_data.rollup_hourly set calls = calls + 1');
    const retaining = start(30, SOON);
    await expect.poll(kept, { timeout: LONG_MS }).toBe(1);
    expect(lines.find(({ level }) => level === 'error')?.fields).toMatchObject({
      differences: [{ table: 'rollup_hourly', expected: { calls: '1' }, found: { calls: '2' } }],
    });
    await place.database.query('update tollgate_data.rollup_hourly set calls = calls - 1');
    await expect.poll(kept, { timeout: LONG_MS }).toBe(0);
    await retaining.stop();
    expect(await partitions()).toBe(ALL - 1);
    expect(await closed()).toBe(1);
  });

  it('tells of a fault and tries again', async () => {
    await place.database.query('alter table tollgate_data.closing_balances rename to away');
    const retaining = start(30, SOON);
    await expect.poll(() => faults.length, { timeout: LONG_MS }).toBeGreaterThan(1);
    await place.database.query('alter table tollgate_data.away rename to closing_balances');
    await expect.poll(partitions, { timeout: LONG_MS }).toBe(ALL - 1);
    await retaining.stop();
    expect(faults[0]).toMatchObject({ code: '42P01' });
  });
});
