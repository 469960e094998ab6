import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Alerts } from '../../processor/alerts/alerts.ts';
import { alertsOfChanges } from '../../processor/alerts/alertsOfChanges.ts';
import type { AlertEndpoint } from '../../processor/alerts/endpoint.ts';
import type { NewAlert } from '../../processor/alerts/newAlert.ts';
import type { Database, Queries } from '../../processor/store/database.ts';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import { counter, DAY_START_MICROS } from './budgets.ts';

const endpoints: readonly AlertEndpoint[] = [
  { id: 'budgets', format: 'slack', url: 'http://127.0.0.1:9/', events: ['budget.*'] },
  { id: 'exceeded', format: 'slack', url: 'http://127.0.0.1:9/', events: ['budget.exceeded', '*.exceeded'] },
  { id: 'calls', format: 'slack', url: 'http://127.0.0.1:9/', events: ['call.*'] },
];

const atHalf = alertsOfChanges([counter(25)], DAY_START_MICROS);
const usedUp = alertsOfChanges([counter(50)], DAY_START_MICROS);

function record(database: Database, alerts: Alerts, given: readonly NewAlert[]): Promise<readonly NewAlert[]> {
  return database.transaction((client) => alerts.record(client, given));
}

async function stored(database: Database): Promise<string[]> {
  const rows = await database.query<{ line: string }>(
    `select concat_ws(' ', alert.type, alert.data ->> 'threshold_percent', delivery.endpoint, delivery.state) as line
     from tollgate_data.alerts alert
     left join tollgate_data.webhook_deliveries delivery on delivery.tenant = alert.tenant and delivery.alert_id = alert.id
     order by line`,
  );
  return rows.map(({ line }) => line);
}

/** Counts the statements that a transaction sends. */
async function statementsOf(database: Database, alerts: Alerts, given: readonly NewAlert[]): Promise<number> {
  let count = 0;
  await database.transaction(async (client) => {
    const counting: Queries = {
      query: (text, values) => {
        count += 1;
        return client.query(text, values);
      },
    };
    await alerts.record(counting, given);
  });
  return count;
}

describe.each(storeKinds)('recording alerts on %s', (kind) => {
  it('writes each once, with a delivery for every endpoint that asked for it, and returns the new', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const alerts = new Alerts(endpoints);
    expect(await record(database, alerts, [...atHalf, ...atHalf])).toEqual(atHalf);
    expect(await record(database, alerts, usedUp)).toEqual(usedUp.slice(1));
    expect(await record(database, new Alerts(endpoints), usedUp)).toEqual([]);
    expect(await stored(database)).toEqual([
      'budget.exceeded budgets pending',
      'budget.exceeded exceeded pending',
      'budget.threshold_reached 100 budgets pending',
      'budget.threshold_reached 50 budgets pending',
      'budget.threshold_reached 80 budgets pending',
    ]);
  });

  it('keeps tenants apart', async () => {
    await using place = await openTestDatabase(kind);
    const alerts = new Alerts([]);
    const ofOther = atHalf.map((alert) => ({ ...alert, tenant: 'globex' }));
    expect(await record(place.database, alerts, [...atHalf, ...ofOther])).toHaveLength(2);
  });

  it('takes whatever senders write into names', async () => {
    await using place = await openTestDatabase(kind);
    const user = "nul \0, half a pair \ud83d, quote '";
    const hostile = alertsOfChanges([counter(25, { key: { user } })], DAY_START_MICROS);
    expect(await record(place.database, new Alerts(endpoints), hostile)).toHaveLength(1);
    const [row] = await place.database.query<{ data: { key: { user: string } } }>(
      'select data from tollgate_data.alerts',
    );
    expect(row?.data.key.user).toContain("quote '");
  });

  it('costs nothing once a committed alert was met', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const alerts = new Alerts(endpoints);
    // The alerts and their deliveries; then the alerts, which are there; then nothing.
    expect(await statementsOf(database, alerts, usedUp)).toBe(2);
    expect(await statementsOf(database, alerts, usedUp)).toBe(1);
    expect(await statementsOf(database, alerts, usedUp)).toBe(0);
  });

  it('tells again what was rolled back with its transaction, met there twice or not', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const alerts = new Alerts(endpoints);
    const failing = database.transaction(async (client) => {
      expect(await alerts.record(client, atHalf)).toEqual(atHalf);
      expect(await alerts.record(client, atHalf)).toEqual([]);
      throw new Error('the batch failed');
    });
    await expect(failing).rejects.toThrow('the batch failed');
    expect(await stored(database)).toEqual([]);
    expect(await record(database, alerts, atHalf)).toEqual(atHalf);
    expect(await stored(database)).toEqual(['budget.threshold_reached 50 budgets pending']);
  });
});

describe.each(['postgres15', 'postgres18'] as const)('two replicas on %s', (kind) => {
  it('tell once, and the second tells where the first rolls back', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    for (const isCommitted of [true, false]) {
      const given = atHalf.map((alert) => ({ ...alert, tenant: String(isCommitted) }));
      const steps = new EventEmitter();
      const written = once(steps, 'written');
      const ending = once(steps, 'ending');
      const first = database
        .transaction(async (client) => {
          await new Alerts(endpoints).record(client, given);
          steps.emit('written');
          await ending;
          if (!isCommitted) throw new Error('rolled back');
        })
        .catch(() => undefined);
      await written;
      const second = record(database, new Alerts(endpoints), given);
      steps.emit('ending');
      await first;
      expect(await second).toEqual(isCommitted ? [] : given);
    }
    expect(await stored(database)).toEqual(Array(2).fill('budget.threshold_reached 50 budgets pending'));
  });
});
