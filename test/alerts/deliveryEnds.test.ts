import { describe, expect, it } from 'vitest';
import type { Database } from '../../processor/store/database.ts';
import { openTestDatabase } from '../support/database.ts';
import { deliver, quickTimes, refusals, states, until, webhook, write } from './delivering.ts';
import { startReceiver } from './receiver.ts';

const HOUR_MS = 3_600_000;

async function rows(database: Database) {
  return database.query<{ state: string; attempts: number; last_answer: string | null; waits_s: number }>(
    `select state, attempts, last_answer, extract(epoch from next_at - statement_timestamp())::integer as waits_s
     from tollgate_data.webhook_deliveries order by alert_id`,
  );
}

/** Delivers until the condition holds, then stops. */
async function deliverUntil(
  database: Database,
  parts: Parameters<typeof deliver> extends [Database, ...infer Rest] ? Rest : never,
  isSo: (delivering: ReturnType<typeof deliver>) => boolean | Promise<boolean>,
) {
  const delivering = deliver(database, ...parts);
  await until(() => isSo(delivering));
  await delivering.stop();
  return delivering;
}

describe('a delivery', () => {
  it('is signed by the time of the attempt and has the alert in it', async () => {
    await using place = await openTestDatabase('postgres18');
    await using receiver = await startReceiver(() => ({ status: 200 }));
    await write(place.database, [webhook(receiver.url)], refusals(1));
    await deliverUntil(place.database, [[webhook(receiver.url)]], ({ outcomes }) => outcomes.length === 1);
    const [received] = receiver.received;
    expect(received?.isVerified).toBe(true);
    expect(received?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'tollgate' });
    expect(Math.abs(Number(received?.headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(30);
    expect(received?.body).toEqual({
      type: 'call.denied',
      timestamp: '2026-11-22T00:00:00.000Z',
      data: { number: 0, tenant: 'tenant-0', severity: 'warning', budget: 'daily', message: 'Refusal 0.' },
    });
  });

  it('ends as a dead letter after the last attempt, said once in the log', async () => {
    await using place = await openTestDatabase('postgres18');
    await using receiver = await startReceiver(() => ({ status: 500 }));
    const endpoints = [webhook(receiver.url)];
    await write(place.database, endpoints, refusals(3));
    const { outcomes, lines } = await deliverUntil(place.database, [endpoints], async () => {
      return (await states(place.database))['dead'] === 3;
    });
    // Ten attempts each, of which the last is the one that gives up.
    expect(receiver.received).toHaveLength(30);
    expect(outcomes.filter((outcome) => outcome === 'failed')).toHaveLength(27);
    expect(outcomes.filter((outcome) => outcome === 'dead')).toHaveLength(3);
    expect(lines).toEqual([
      'warn the endpoint does not take alerts; they are sent again',
      'error an alert was given up: it stays as a dead letter',
    ]);
    expect(await rows(place.database)).toEqual(
      Array(3).fill(expect.objectContaining({ state: 'dead', attempts: 10, last_answer: 'HTTP 500' })),
    );
  });

  it('is not followed to where a redirect leads', async () => {
    await using place = await openTestDatabase('postgres18');
    await using other = await startReceiver(() => ({ status: 200 }));
    await using receiver = await startReceiver(() => ({ status: 307, headers: { location: other.url } }));
    const endpoints = [webhook(receiver.url)];
    await write(place.database, endpoints, refusals(1));
    await deliverUntil(place.database, [endpoints], ({ outcomes }) => outcomes.length > 0);
    expect(other.received).toEqual([]);
    expect(await rows(place.database)).toMatchObject([{ state: 'pending', last_answer: 'HTTP 307' }]);
  });

  it('ends all that waits for an endpoint that is gone', async () => {
    await using place = await openTestDatabase('postgres18');
    await using receiver = await startReceiver(() => ({ status: 410 }));
    await using well = await startReceiver(() => ({ status: 200 }));
    const endpoints = [webhook(receiver.url, 'gone'), webhook(well.url, 'well')];
    // More than are taken at once.
    await write(place.database, endpoints, refusals(50));
    await deliverUntil(place.database, [endpoints], async () => {
      const { dead, delivered } = await states(place.database);
      return dead === 50 && delivered === 50;
    });
    expect(receiver.received.length).toBeLessThanOrEqual(20);
  });

  it('waits as long as the receiver asks, and so do those after it', async () => {
    await using place = await openTestDatabase('postgres18');
    await using receiver = await startReceiver(() => ({ status: 429, headers: { 'retry-after': '600' } }));
    const endpoints = [webhook(receiver.url)];
    await write(place.database, endpoints, refusals(25));
    await deliverUntil(place.database, [endpoints], ({ outcomes }) => outcomes.length === 20);
    const waits = (await rows(place.database)).map(({ waits_s }) => waits_s);
    expect(waits.filter((seconds) => seconds > 590 && seconds <= 600)).toHaveLength(20);
    // What was not tried waits for the pause, not for its own time.
    expect(receiver.received).toHaveLength(20);
  });

  it('is not delayed by another endpoint that does not answer', async () => {
    await using place = await openTestDatabase('postgres18');
    await using silent = await startReceiver(() => 'hang');
    await using well = await startReceiver(() => ({ status: 200 }));
    const endpoints = [webhook(silent.url, 'silent'), webhook(well.url, 'well')];
    await write(place.database, endpoints, refusals(60));
    await deliverUntil(place.database, [endpoints], () => well.received.length === 60);
    expect((await states(place.database))['dead']).toBeUndefined();
  });

  it('goes back untouched when the service stops before an answer', async () => {
    await using place = await openTestDatabase('postgres18');
    await using silent = await startReceiver(() => 'hang');
    const endpoints = [webhook(silent.url)];
    await write(place.database, endpoints, refusals(1));
    const times = { ...quickTimes, timeoutMs: 600_000 };
    const startMs = Date.now();
    await deliverUntil(place.database, [endpoints, { times }], () => silent.received.length === 1);
    expect(Date.now() - startMs).toBeLessThan(5_000);
    expect(await rows(place.database)).toMatchObject([{ state: 'pending', attempts: 0 }]);
  });

  it('ends a day after its endpoint left the configuration', async () => {
    await using place = await openTestDatabase('postgres18');
    await using receiver = await startReceiver(() => ({ status: 200 }));
    await write(place.database, [webhook(receiver.url, 'former')], refusals(2));
    await place.database.query(
      `update tollgate_data.webhook_deliveries set next_at = next_at - interval '25 hours' where alert_id =
       (select min(alert_id) from tollgate_data.webhook_deliveries)`,
    );
    // The round comes every hour.
    let hours = 0;
    const nowMs = (): number => {
      hours += 1;
      return hours * HOUR_MS;
    };
    await deliverUntil(place.database, [[webhook(receiver.url)], { nowMs }], async () => {
      return (await states(place.database))['dead'] === 1;
    });
    expect(receiver.received).toEqual([]);
    expect(await states(place.database)).toEqual({ dead: 1, pending: 1 });
  });
});
