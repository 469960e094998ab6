import type { Access } from './access/caller.ts';
import { Alerts } from './alerts/alerts.ts';
import { deliverRepeatedly } from './alerts/deliverRepeatedly.ts';
import { watchSpending } from './alerts/watchSpending.ts';
import type { Config } from './config.ts';
import { createGate, type Gate } from './gate/gate.ts';
import { createPolicyStore, type PolicyStore } from './gate/policyStore.ts';
import { Windows } from './gate/windows.ts';
import type { Log } from './log.ts';
import { createCallback } from './policy/callback.ts';
import { PolicyEndpoint } from './policy/policyEndpoint.ts';
import type { PriceBook } from './prices/priceBook.ts';
import type { Database } from './store/database.ts';
import type { SharedDatabase } from './store/shares.ts';
import { sweepRepeatedly } from './sweepRepeatedly.ts';
import type { Telemetry } from './telemetry.ts';

/** What ingest and the API need of the gate. */
export interface Budgets {
  readonly policies: PolicyStore;
  readonly windows: Windows;
  readonly alerts: Alerts;
}

export interface GateGround {
  readonly config: Pick<Config, 'budgets' | 'rules' | 'callback' | 'alertEndpoints'>;
  readonly shared: Pick<SharedDatabase, 'gate' | 'upkeep'>;
  readonly access: Access;
  readonly prices: Pick<PriceBook, 'snapshot'>;
  readonly telemetry: Telemetry;
  readonly log: Log;
  readonly onFault: (part: string) => (fault: unknown) => void;
  /** Closed from the last to the first. */
  readonly opened: (() => Promise<void>)[];
}

/** A callback that is down is asked before every call, and the log needs to say so only now and then. */
const SILENCE_SAID_MS = 60_000;

/** The budgets that hold: those of the file, as it is now, and those made by API. */
export async function openBudgets({
  config,
  database,
  log,
}: Pick<GateGround, 'config' | 'log'> & { readonly database: Database }): Promise<Budgets> {
  const windows = new Windows();
  const policies = createPolicyStore(database, windows);
  const { made, changed, removed, replaced } = await policies.syncFile(config.budgets);
  if (made.length + changed.length + removed.length > 0) {
    const counts = { made: made.length, changed: changed.length, removed: removed.length };
    log.info(counts, 'the budgets of the file changed since the last start');
  }
  for (const budget of replaced) log.warn(budget, 'a budget made by API is replaced by one of the file');
  return { policies, windows, alerts: new Alerts(config.alertEndpoints) };
}

/** The gate, what is done to it without being asked, and its endpoint. */
export function openGate(
  ground: GateGround,
  budgets: Budgets,
): { readonly gate: Gate; readonly endpoint: PolicyEndpoint } {
  const { config, shared, access, prices, telemetry, onFault, opened } = ground;
  const gate = createGate({
    ...budgets,
    database: shared.gate,
    prices,
    rules: config.rules,
    nowMs: Date.now,
    meters: {
      decided: (effect) => telemetry.decisions.inc({ effect }),
      settled: (kind) => telemetry.settlements.inc({ kind }),
      expired: (count) => telemetry.reservationsExpired.inc(count),
      batched: (requests) => telemetry.gateBatchRequests.observe(requests),
    },
  });
  opened.push(() => gate.close());
  const sweeping = sweepRepeatedly(gate, onFault('sweep'));
  opened.push(() => sweeping.stop());
  tellAlerts(ground, budgets);
  const callback = callbackOf(ground, gate);
  if (callback !== null) opened.push(async () => callback.close());
  const endpoint = new PolicyEndpoint({
    gate,
    access,
    callback,
    onFault: onFault('policy'),
    meters: {
      asked: () => telemetry.policyRequestsInFlight.inc(),
      answered(decisionSeconds) {
        telemetry.policyRequestsInFlight.dec();
        if (decisionSeconds !== null) telemetry.decisionSeconds.observe(decisionSeconds);
      },
    },
  });
  return { gate, endpoint };
}

function tellAlerts({ config, shared, telemetry, log, onFault, opened }: GateGround, budgets: Budgets): void {
  const database = shared.upkeep;
  const { policies, alerts } = budgets;
  const watching = watchSpending({ database, policies, alerts, onFault: onFault('anomalies') });
  opened.push(() => watching.stop());
  const delivering = deliverRepeatedly({
    database,
    endpoints: config.alertEndpoints,
    nowMs: Date.now,
    log,
    onOutcome: (outcome) => telemetry.webhookDeliveries.inc({ outcome }),
    onFault: onFault('alerts'),
  });
  opened.push(() => delivering.stop());
}

function callbackOf({ config, telemetry, log }: GateGround, gate: Gate) {
  if (config.callback === null) return null;
  let saidMs = -Infinity;
  let silences = 0;
  return createCallback({
    config: config.callback,
    gate,
    nowMs: Date.now,
    onOutcome: (outcome, seconds) => telemetry.callbackSeconds.observe({ outcome }, seconds),
    onSilence(reason) {
      silences += 1;
      if (Date.now() < saidMs + SILENCE_SAID_MS) return;
      log.warn({ reason, times: silences }, 'the policy callback gave no answer; on_error decides');
      saidMs = Date.now();
      silences = 0;
    },
  });
}
