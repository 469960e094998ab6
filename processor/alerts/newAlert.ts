import type { AlertType } from '../../src/policy/alertTypes.ts';

export type Severity = 'info' | 'warning' | 'critical';

/** Something to tell. It is told once: of two alerts of a tenant with the same event key the first stands. */
export interface NewAlert {
  readonly tenant: string;
  /** What happened, and where it may happen again, in which window. Short whatever senders write: it is indexed. */
  readonly eventKey: string;
  readonly type: AlertType;
  readonly severity: Severity;
  readonly budget: string | null;
  readonly atMicros: number;
  /** Asked for only when the alert is new: a counter above its threshold makes an alert with every posting. */
  describe(): AlertContent;
}

export interface AlertContent {
  /** One sentence, for people. */
  readonly message: string;
  /** JSON; money as decimal strings of USD, times as ISO 8601. */
  readonly data: Readonly<Record<string, unknown>>;
}
