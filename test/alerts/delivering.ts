import { deliverRepeatedly, type DeliveryParts, type DeliveryTimes } from '../../processor/alerts/deliverRepeatedly.ts';
import { Alerts } from '../../processor/alerts/alerts.ts';
import type { AlertEndpoint } from '../../processor/alerts/endpoint.ts';
import type { NewAlert } from '../../processor/alerts/newAlert.ts';
import type { Database } from '../../processor/store/database.ts';
import { DAY_START_MICROS } from './budgets.ts';
import { SECRET } from './receiver.ts';

/** As in production, in milliseconds instead of minutes, but for what would have a slow machine send twice. */
export const quickTimes: DeliveryTimes = {
  pollMs: 10,
  timeoutMs: 15_000,
  visibilityMs: 60_000,
  retryDelaysMs: [10, 20, 30, 40, 50, 60, 70, 80, 90],
  graceMs: 50,
};

export function webhook(url: string, id = 'hook'): AlertEndpoint {
  return { id, format: 'standard', url, secrets: [SECRET], events: ['*'] };
}

/** `count` alerts, each of a call refused in a minute of its own. */
export function refusals(count: number): NewAlert[] {
  return Array.from({ length: count }, (_, index) => ({
    tenant: `tenant-${index % 3}`,
    eventKey: `call.denied/${index}`,
    type: 'call.denied',
    severity: 'warning',
    budget: 'daily',
    atMicros: DAY_START_MICROS + index * 60_000_000,
    describe: () => ({ message: `Refusal ${index}.`, data: { number: index } }),
  }));
}

export async function write(
  database: Database,
  endpoints: readonly AlertEndpoint[],
  alerts: readonly NewAlert[],
): Promise<void> {
  await database.transaction((client) => new Alerts(endpoints).record(client, alerts));
}

export interface Delivering {
  readonly outcomes: string[];
  readonly faults: unknown[];
  /** `level message` of each line. */
  readonly lines: string[];
  stop(): Promise<void>;
}

export function deliver(
  database: Database,
  endpoints: readonly AlertEndpoint[],
  changes: Partial<DeliveryParts> = {},
): Delivering {
  const outcomes: string[] = [];
  const faults: unknown[] = [];
  const lines: string[] = [];
  const say = (level: string) => (_about: unknown, message?: string) => void lines.push(`${level} ${message}`);
  const loop = deliverRepeatedly({
    database,
    endpoints,
    nowMs: Date.now,
    log: { info: say('info'), warn: say('warn'), error: say('error') },
    onOutcome: (outcome) => outcomes.push(outcome),
    onFault: (fault) => faults.push(fault),
    times: quickTimes,
    random: () => 0,
    ...changes,
  });
  return { outcomes, faults, lines, stop: () => loop.stop() };
}

/** How many deliveries are in each state. */
export async function states(database: Database): Promise<Record<string, number>> {
  const rows = await database.query<{ state: string; count: number }>(
    'select state, count(*)::integer as count from tollgate_data.webhook_deliveries group by state',
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

const WAIT_MS_MAX = 30_000;

export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = Date.now() + WAIT_MS_MAX;
  while (!(await isSo())) {
    if (Date.now() > endMs) throw new Error(`not so after ${WAIT_MS_MAX} ms: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
