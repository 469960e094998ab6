import type { CounterChange } from '../gate/counters.ts';
import { amountJson, amountText, instantJson } from './amountJson.ts';
import type { NewAlert, Severity } from './newAlert.ts';

const WARNING_PERCENT = 80;
const CRITICAL_PERCENT = 100;
const MICROS_A_MS = 1000;

/**
 * An alert for each `alert_at` that the spent amount has reached, and one when it has reached the limit. What counts is where the
 * counter stands, not that it moved: what was crossed by a backfill, a rebuild or a lowered limit is told as well. The event
 * key holds budget, counter, window and per cent, so each is told once a window. A rolling window, which has no
 * beginning, is told once in each stretch of its length since 1970.
 */
export function alertsOfChanges(changes: readonly CounterChange[], atMicros: number): readonly NewAlert[] {
  const alerts: NewAlert[] = [];
  for (const change of changes) {
    // A limit of 0 is reached by whoever spends, not by a counter that nobody used.
    if (change.after.spent <= 0n) continue;
    const reached = change.budget.budget.alertAt.filter((percent) => hasReached(change, percent));
    const isExceeded = hasReached(change, CRITICAL_PERCENT);
    if (reached.length === 0 && !isExceeded) continue;
    const counter = counterName(change, atMicros);
    for (const percent of reached) alerts.push(thresholdReached(change, counter, percent, atMicros));
    if (isExceeded) alerts.push(exceeded(change, counter, atMicros));
  }
  return alerts;
}

function hasReached({ after, limit }: CounterChange, percent: number): boolean {
  return after.spent * 100n >= limit * BigInt(percent);
}

function counterName({ counterId, budget: { id, budget }, window: counted }: CounterChange, atMicros: number): string {
  const { window } = budget;
  const start = window.kind === 'rolling' ? Math.floor(atMicros / (window.ms * MICROS_A_MS)) : counted.startMicros;
  return `${id}/${counterId}/${start}`;
}

function thresholdReached(change: CounterChange, counter: string, percent: number, atMicros: number): NewAlert {
  const { budget } = change.budget;
  return {
    tenant: change.tenant,
    eventKey: `budget.threshold_reached/${counter}/${percent}`,
    type: 'budget.threshold_reached',
    severity: severityOf(percent),
    budget: budget.name,
    atMicros,
    describe: () => ({
      message: `${subjectOf(change)} has reached ${percent} % of its limit: ${spentOfLimit(change)}.`,
      data: { threshold_percent: percent, ...counterJson(change) },
    }),
  };
}

function exceeded(change: CounterChange, counter: string, atMicros: number): NewAlert {
  const { budget } = change.budget;
  return {
    tenant: change.tenant,
    eventKey: `budget.exceeded/${counter}`,
    type: 'budget.exceeded',
    severity: 'critical',
    budget: budget.name,
    atMicros,
    describe: () => ({
      message: `${subjectOf(change)} is used up: ${spentOfLimit(change)}.`,
      data: { on_exceed: budget.onExceed, ...counterJson(change) },
    }),
  };
}

function severityOf(percent: number): Severity {
  if (percent >= CRITICAL_PERCENT) return 'critical';
  return percent >= WARNING_PERCENT ? 'warning' : 'info';
}

function subjectOf({ budget: { budget }, key }: CounterChange): string {
  const values = Object.entries(key).map(([name, value]) => `${name} ${value}`);
  const shadow = budget.mode === 'shadow' ? ' (shadow)' : '';
  return `Budget ${budget.name}${values.length === 0 ? '' : ` of ${values.join(', ')}`}${shadow}`;
}

function spentOfLimit({ budget: { budget }, after, limit }: CounterChange): string {
  return `${amountText(budget.limit.unit, after.spent)} of ${amountText(budget.limit.unit, limit)} spent`;
}

function counterJson(change: CounterChange): Record<string, unknown> {
  const { budget } = change.budget;
  const { unit } = budget.limit;
  return {
    budget: budget.name,
    mode: budget.mode,
    key: change.key,
    ...amountJson('limit', unit, change.limit),
    ...amountJson('spent', unit, change.after.spent),
    ...amountJson('reserved', unit, change.after.reserved),
    window_starts_at: instantJson(change.window.startMicros),
    resets_at: instantJson(change.window.endMicros),
  };
}
