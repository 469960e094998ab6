import { describe, expect, it } from 'vitest';
import { retainRepeatedly } from '../../processor/retainRepeatedly.ts';
import { sweepRepeatedly } from '../../processor/sweepRepeatedly.ts';
import { createTelemetry } from '../../processor/telemetry.ts';
import { openTestDatabase } from '../support/database.ts';

describe('sweeping', () => {
  /** A gate whose sweeps end as many as the list says, one after another, and then none. */
  function gateOf(ended: readonly (number | Error)[]) {
    let sweeps = 0;
    return {
      sweeps: () => sweeps,
      async sweep(): Promise<number> {
        const next = ended[sweeps++] ?? 0;
        if (next instanceof Error) throw next;
        return next;
      },
    };
  }

  it('begins at once, and goes on until nothing has expired', async () => {
    const gate = gateOf([500, 500, 7]);
    const sweeping = sweepRepeatedly(gate, () => undefined, 3_600_000);
    await expect.poll(gate.sweeps).toBe(4);
    await sweeping.stop();
    expect(gate.sweeps()).toBe(4);
  });

  it('tells of a fault and tries again', async () => {
    const fault = new Error('gone');
    const faults: unknown[] = [];
    const gate = gateOf([fault, 1]);
    const sweeping = sweepRepeatedly(gate, (each) => faults.push(each), 1);
    await expect.poll(gate.sweeps).toBeGreaterThan(3);
    await sweeping.stop();
    expect(faults).toEqual([fault]);
  });

  it('ends its round before it is stopped, and tells of no fault then', async () => {
    let end = (): void => undefined;
    let isSwept = false;
    const faults: unknown[] = [];
    const sweep = (): Promise<number> =>
      new Promise((_resolve, reject) => {
        isSwept = true;
        end = () => reject(new Error('closed'));
      });
    const sweeping = sweepRepeatedly({ sweep }, (fault) => faults.push(fault), 1);
    await expect.poll(() => isSwept).toBe(true);
    const stopped = sweeping.stop();
    end();
    await stopped;
    expect(faults).toEqual([]);
  });
});

it('retention removes rows of the gate whose time is over, and counts them', async () => {
  await using place = await openTestDatabase('postgres15');
  const telemetry = createTelemetry('0');
  // Alerts are kept for 400 days.
  await place.database.query(
    `insert into tollgate_data.alerts (tenant, event_key, type, severity, at, message, data)
     select 'default', 'alert ' || days, 'call.denied', 'warning', now() - make_interval(days => days), '', '{}'
     from unnest('{399, 401, 500}'::int[]) as days`,
  );
  const faults: unknown[] = [];
  const retaining = retainRepeatedly({
    database: place.database,
    retentionDays: 30,
    nowMs: Date.now,
    telemetry,
    log: { info: () => undefined, error: () => undefined },
    onFault: (fault) => faults.push(fault),
    waits: { firstMs: 1, intervalMs: 3_600_000, busyMs: 3_600_000 },
  });
  const left = async () => place.database.query('select event_key from tollgate_data.alerts');
  await expect.poll(left, { timeout: 20_000 }).toEqual([{ event_key: 'alert 399' }]);
  await retaining.stop();
  const { values } = await telemetry.gateRowsDeleted.get();
  expect(values.find(({ labels }) => labels.table === 'alerts')?.value).toBe(2);
  expect(faults).toEqual([]);
});
