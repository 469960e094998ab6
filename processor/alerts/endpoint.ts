import { hash } from 'node:crypto';

/** A receiver of alerts, as `webhooks` in tollgate.yaml has it. */
export type AlertEndpoint = WebhookEndpoint | SlackEndpoint | EmailEndpoint;

interface AnyEndpoint {
  /** Deliveries are kept under it: `endpointId`. */
  readonly id: string;
  /** Globs on event types: `budget.*`. */
  readonly events: readonly string[];
}

interface WebhookEndpoint extends AnyEndpoint {
  readonly format: 'standard';
  readonly url: string;
  /** `whsec_` + base64, or the base64 alone; several while one is replaced by the next. */
  readonly secrets: readonly string[];
}

interface SlackEndpoint extends AnyEndpoint {
  readonly format: 'slack';
  readonly url: string;
}

export interface EmailEndpoint extends AnyEndpoint {
  readonly format: 'email';
  /** `smtps://user:password@host:465`, or `smtp://`. */
  readonly smtpUrl: string;
  readonly from: string;
  readonly to: readonly string[];
}

const ID_HEX_DIGITS = 16;

/**
 * What deliveries to an endpoint are kept under: its name, else a hash of its address, in which a URL's secret does not stand.
 * An endpoint that gets another id is another one: what waits for the old one ends as a dead letter.
 */
export function endpointId(name: string | null, address: string): string {
  return name ?? hash('sha256', address).slice(0, ID_HEX_DIGITS);
}
