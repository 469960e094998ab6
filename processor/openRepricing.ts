import { Alerts } from './alerts/alerts.ts';
import type { Config } from './config.ts';
import { createPolicyStore } from './gate/policyStore.ts';
import { Windows } from './gate/windows.ts';
import type { Budgets } from './openGate.ts';
import type { PriceBook } from './prices/priceBook.ts';
import { createRepricing, type Repricing } from './reprice/repricing.ts';
import type { Database } from './store/database.ts';
import type { Telemetry } from './telemetry.ts';

const MICROS_A_MS = 1_000;

interface ServiceGround {
  readonly config: Pick<Config, 'settleDelayMs'>;
  readonly shared: { readonly upkeep: Database };
  readonly telemetry: Pick<Telemetry, 'callsRepriced'>;
  readonly budgets: Budgets;
  readonly prices: PriceBook;
}

/** That of the service, which its API and the commands through its socket ask. */
export function openRepricing({ config, shared, telemetry, budgets, prices }: ServiceGround): Repricing {
  return createRepricing({
    database: shared.upkeep,
    budgets,
    prices,
    settleDelayMicros: config.settleDelayMs * MICROS_A_MS,
    nowMs: Date.now,
    onRepriced: (calls) => telemetry.callsRepriced.inc(calls),
  });
}

/** That of a command which has the store itself. The budgets are those that the service left there: the file's are not read anew. */
export function openOwnRepricing(
  { settleDelayMs, alertEndpoints }: Pick<Config, 'settleDelayMs' | 'alertEndpoints'>,
  database: Database,
  prices: PriceBook,
): Repricing {
  const windows = new Windows();
  const budgets = { policies: createPolicyStore(database, windows), windows, alerts: new Alerts(alertEndpoints) };
  return createRepricing({
    database,
    budgets,
    prices,
    settleDelayMicros: settleDelayMs * MICROS_A_MS,
    nowMs: Date.now,
  });
}
