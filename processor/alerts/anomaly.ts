import { hashOfKey } from './hashOfKey.ts';
import type { AlertContent, NewAlert } from './newAlert.ts';

/** What an anomaly is, as `data.kind` says it. */
export type AnomalyKind = 'burn_rate' | 'spike_hour' | 'spike_day' | 'new_model' | 'cost_drift' | 'retry_storm';

/** Something a detector found, of one tenant. */
export interface Anomaly {
  readonly kind: AnomalyKind;
  /** The dimensions it is about: each set of values is told once a period. */
  readonly about: Readonly<Record<string, string>>;
  /** Beginning of the window, hour or day that it was found in. */
  readonly periodMicros: number;
  readonly budget: string | null;
  describe(): AlertContent;
}

export function alertOfAnomaly(tenant: string, anomaly: Anomaly, atMicros: number): NewAlert {
  const { kind, about, periodMicros, budget } = anomaly;
  return {
    tenant,
    eventKey: `anomaly.detected/${kind}/${hashOfKey(about)}/${periodMicros}`,
    type: 'anomaly.detected',
    severity: 'warning',
    budget,
    atMicros,
    describe: () => {
      const { message, data } = anomaly.describe();
      return { message, data: { kind, ...data } };
    },
  };
}
