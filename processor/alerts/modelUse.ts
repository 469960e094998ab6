import { formatUsd, type FemtoUsd } from '../../src/money.ts';
import { instantJson } from './amountJson.ts';
import type { Anomaly } from './anomaly.ts';
import { hashOfKey } from './hashOfKey.ts';
import type { NewAlert } from './newAlert.ts';

/** A model is new to an agent that did not use it for so many days, and used another one. */
export const NEW_MODEL_DAYS = 30;

/** The first use of a model by an agent that was there before. */
export interface FirstUse {
  readonly agent: string;
  readonly model: string;
  readonly dayMicros: number;
  readonly calls: number;
  readonly femtoUsd: FemtoUsd;
}

export function newModels(uses: readonly FirstUse[]): readonly Anomaly[] {
  return uses.map(({ agent, model, dayMicros, calls, femtoUsd }) => ({
    kind: 'new_model',
    about: { agent, model },
    periodMicros: dayMicros,
    budget: null,
    describe: () => ({
      message: `Agent ${agent} uses ${model}, which it did not use in the ${NEW_MODEL_DAYS} days before.`,
      data: { agent, model, first_day: instantJson(dayMicros), calls, cost_usd: formatUsd(femtoUsd) },
    }),
  }));
}

export const DRIFT_BASELINE_DAYS = 7;
/** So many priced calls today, and in the week before, are enough to compare. */
export const DRIFT_CALLS_MIN = 50;
const DRIFT_BASELINE_CALLS_MIN = 200;

/** Priced calls of an agent with a model, today and in the week before. */
export interface CallCosts {
  readonly agent: string;
  readonly model: string;
  readonly dayMicros: number;
  readonly calls: number;
  readonly femtoUsd: FemtoUsd;
  readonly callsBefore: number;
  readonly femtoUsdBefore: FemtoUsd;
}

/** Agents whose calls of a model cost more than half again as much as in the week before, each. */
export function costDrifts(costs: readonly CallCosts[]): readonly Anomaly[] {
  return costs.filter(hasDrifted).map((cost) => {
    const { agent, model, dayMicros, calls } = cost;
    const now = formatUsd(cost.femtoUsd / BigInt(calls));
    const before = formatUsd(cost.femtoUsdBefore / BigInt(cost.callsBefore));
    return {
      kind: 'cost_drift',
      about: { agent, model },
      periodMicros: dayMicros,
      budget: null,
      describe: () => ({
        message: `A call of ${model} by agent ${agent} costs ${now} USD today, ${before} USD in the week before.`,
        data: {
          agent,
          model,
          day: instantJson(dayMicros),
          calls,
          cost_per_call_usd: now,
          cost_per_call_before_usd: before,
        },
      }),
    };
  });
}

/** cost / calls > 1.5 × cost before / calls before, in integers. */
function hasDrifted({ calls, femtoUsd, callsBefore, femtoUsdBefore }: CallCosts): boolean {
  if (calls < DRIFT_CALLS_MIN || callsBefore < DRIFT_BASELINE_CALLS_MIN || femtoUsdBefore <= 0n) return false;
  return 2n * femtoUsd * BigInt(callsBefore) > 3n * femtoUsdBefore * BigInt(calls);
}

/** So many failed calls of an agent in an hour … */
export const STORM_ERRORS_MIN = 50;
/** … that are this per cent of its calls at least are a retry storm. */
const STORM_PERCENT = 50;

export interface FailedCalls {
  readonly agent: string;
  readonly hourMicros: number;
  readonly calls: number;
  readonly errorCalls: number;
}

export function retryStorms(failed: readonly FailedCalls[]): readonly Anomaly[] {
  return failed
    .filter(({ calls, errorCalls }) => errorCalls >= STORM_ERRORS_MIN && errorCalls * 100 >= calls * STORM_PERCENT)
    .map(({ agent, hourMicros, calls, errorCalls }) => ({
      kind: 'retry_storm',
      about: { agent },
      periodMicros: hourMicros,
      budget: null,
      describe: () => ({
        message: `${errorCalls} of ${calls} calls of agent ${agent} failed in this hour.`,
        data: { agent, starts_at: instantJson(hourMicros), calls, error_calls: errorCalls },
      }),
    }));
}

/** Calls of a model in a day whose cost nobody knows. */
export interface UnpricedCalls {
  readonly provider: string;
  readonly model: string;
  readonly dayMicros: number;
  readonly calls: number;
}

/** Once a day for each model, with as many calls as there were when it was first seen. */
export function unknownModels(
  tenant: string,
  unpriced: readonly UnpricedCalls[],
  atMicros: number,
): readonly NewAlert[] {
  return unpriced.map(({ provider, model, dayMicros, calls }) => ({
    tenant,
    eventKey: `price.unknown_model/${hashOfKey({ provider, model })}/${dayMicros}`,
    type: 'price.unknown_model',
    severity: 'warning',
    budget: null,
    atMicros,
    describe: () => ({
      message: `Calls of ${model} of ${provider} cannot be priced: their cost is unknown and in no sum.`,
      data: { provider, model, day: instantJson(dayMicros), calls },
    }),
  }));
}
