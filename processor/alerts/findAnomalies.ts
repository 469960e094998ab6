import type { Policy } from '../../src/policy/policy.ts';
import type { Queries } from '../store/database.ts';
import { DAY_MICROS } from '../store/rollUp.ts';
import { alertOfAnomaly } from './anomaly.ts';
import { alertsOfChanges } from './alertsOfChanges.ts';
import { burnRates } from './burnRate.ts';
import { costDrifts, newModels, retryStorms, unknownModels } from './modelUse.ts';
import type { NewAlert } from './newAlert.ts';
import {
  DAY_BASELINE_DAYS,
  DAY_FLOOR_FEMTO_USD,
  daySpikes,
  HOUR_BASELINE_DAYS,
  HOUR_FLOOR_FEMTO_USD,
  hourSpikes,
} from './spikes.ts';
import { selectFullCounters } from './statements/selectFullCounters.ts';
import {
  selectCallCosts,
  selectFailedCalls,
  selectFirstUses,
  selectUnpricedCalls,
} from './statements/selectModelUse.ts';
import { selectSpends } from './statements/selectSpends.ts';

export const HOUR_MICROS = 3_600_000_000;

/**
 * Counters whose pace is too fast; and those that have reached a threshold without a call that posted to them since, as
 * after a lowered limit.
 */
export async function alertsOfCounters(
  client: Queries,
  policy: Policy,
  atMicros: number,
): Promise<readonly NewAlert[]> {
  const counters = await selectFullCounters(client, policy, atMicros);
  const paces = counters.flatMap((counter) =>
    burnRates([counter], atMicros).map((anomaly) => alertOfAnomaly(counter.tenant, anomaly, atMicros)),
  );
  return [...alertsOfChanges(counters, atMicros), ...paces];
}

/** What a tenant's calls of this hour and the one before show by themselves. */
export async function alertsOfHour(client: Queries, tenant: string, atMicros: number): Promise<readonly NewAlert[]> {
  const hour = startOf(atMicros, HOUR_MICROS);
  const failed = await selectFailedCalls(client, tenant, { fromMicros: hour - HOUR_MICROS, toMicros: hour });
  return retryStorms(failed).map((anomaly) => alertOfAnomaly(tenant, anomaly, atMicros));
}

/** What shows when a tenant's calls are compared with those of the days before. The hour and the day before are looked at again: spans come late. */
export async function alertsOfBaseline(
  client: Queries,
  tenant: string,
  atMicros: number,
): Promise<readonly NewAlert[]> {
  const hour = startOf(atMicros, HOUR_MICROS);
  const day = startOf(atMicros, DAY_MICROS);
  const hours = [hour, hour - HOUR_MICROS];
  const days = [day, day - DAY_MICROS];
  const byHour = await selectSpends(client, {
    tenant,
    period: 'hour',
    starts: hours,
    startsBefore: hours.flatMap((start) => daysBefore(start, HOUR_BASELINE_DAYS)),
    floorFemtoUsd: HOUR_FLOOR_FEMTO_USD,
  });
  const byDay = await selectSpends(client, {
    tenant,
    period: 'day',
    starts: days,
    // With yesterday, of which the first answer has only those who reached the floor.
    startsBefore: daysBefore(day, DAY_BASELINE_DAYS + 1),
    floorFemtoUsd: DAY_FLOOR_FEMTO_USD,
  });
  const anomalies = [
    ...hours.flatMap((start) => hourSpikes(byHour, start)),
    ...days.flatMap((start) => daySpikes(byDay, start)),
    ...newModels(await selectFirstUses(client, tenant, day)),
    ...costDrifts(await selectCallCosts(client, tenant, day)),
  ];
  const unknown = unknownModels(tenant, await selectUnpricedCalls(client, tenant, day), atMicros);
  return [...anomalies.map((anomaly) => alertOfAnomaly(tenant, anomaly, atMicros)), ...unknown];
}

/** Of hours and days, UTC. */
export function startOf(atMicros: number, lengthMicros: number): number {
  return Math.floor(atMicros / lengthMicros) * lengthMicros;
}

function daysBefore(startMicros: number, days: number): number[] {
  return Array.from({ length: days }, (_, index) => startMicros - (index + 1) * DAY_MICROS);
}
