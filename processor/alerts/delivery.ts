import { hash } from 'node:crypto';

/** An alert on its way to one endpoint. */
export interface Delivery {
  readonly tenant: string;
  readonly alertId: string;
  readonly endpoint: string;
  /** The attempt that this is; the first is 1. */
  readonly attempt: number;
  readonly alert: SentAlert;
}

export interface SentAlert {
  readonly tenant: string;
  readonly eventKey: string;
  readonly type: string;
  readonly severity: string;
  readonly budget: string | null;
  readonly at: Date;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What came of an attempt. */
export type Answer =
  | { readonly kind: 'taken'; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string; readonly retryAfterMs: number | null }
  /** The receiver wants nothing more. */
  | { readonly kind: 'gone'; readonly text: string };

const ID_HEX_DIGITS = 32;

/** The same over all attempts, and another for another endpoint; by it a receiver knows what it has already. No `.`. */
export function webhookId({ tenant, endpoint, alert }: Delivery): string {
  const named = [tenant, alert.eventKey, alert.at.toISOString(), endpoint].join('\0');
  return `msg_${hash('sha256', named).slice(0, ID_HEX_DIGITS)}`;
}
