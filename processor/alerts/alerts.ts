import { compileGlob } from '../../src/glob.ts';
import type { Queries } from '../store/database.ts';
import type { AlertEndpoint } from './endpoint.ts';
import type { NewAlert } from './newAlert.ts';
import { insertAlerts } from './statements/insertAlerts.ts';
import { insertDeliveries } from './statements/insertDeliveries.ts';

/** Keys kept, each of about 100 bytes. Without one its next alert costs a statement and nothing else. */
const KNOWN_KEYS_MAX = 50_000;

interface Subscriber {
  readonly endpoint: string;
  matches(type: string): boolean;
}

/** Writes alerts in the transaction that caused them, and with each a delivery for every endpoint that asked for it. */
export class Alerts {
  readonly #subscribers: readonly Subscriber[];
  /** Keys of alerts that are committed. */
  readonly #known = new Set<string>();
  /** Keys that a transaction wrote itself: it may still roll back. */
  readonly #written = new WeakMap<Queries, Set<string>>();

  constructor(endpoints: readonly AlertEndpoint[]) {
    this.#subscribers = endpoints.map(({ id, events }) => {
      const globs = events.map(compileGlob);
      return { endpoint: id, matches: (type) => globs.some((matches) => matches(type)) };
    });
  }

  /**
   * Writes those of the alerts that are new and returns them. Call it once in a transaction and as its last statement: a
   * second writer of the same key waits for the first to end, and waits in a ring if there are more locks to come.
   */
  async record(client: Queries, alerts: readonly NewAlert[]): Promise<readonly NewAlert[]> {
    const asked = new Map<string, NewAlert>();
    for (const alert of alerts) {
      const key = keyOf(alert.tenant, alert.eventKey);
      if (!this.#known.has(key) && !asked.has(key)) asked.set(key, alert);
    }
    if (asked.size === 0) return [];
    const rows = [...asked].sort(byKey).map(([, alert]) => ({ ...alert, ...alert.describe() }));
    const inserted = await insertAlerts(client, rows);
    const fresh = new Set(inserted.map((row) => keyOf(row.tenant, row.event_key)));
    this.#remember(client, asked.keys(), fresh);
    const deliveries = inserted.flatMap((row) => {
      const type = asked.get(keyOf(row.tenant, row.event_key))?.type ?? '';
      return this.#subscribers
        .filter((subscriber) => subscriber.matches(type))
        .map(({ endpoint }) => ({ tenant: row.tenant, alertId: row.id, endpoint }));
    });
    if (deliveries.length > 0) await insertDeliveries(client, deliveries);
    return [...asked].flatMap(([key, alert]) => (fresh.has(key) ? [alert] : []));
  }

  /**
   * A key is known when a transaction finds it written by another: an insert waits for the writer of the same key, so that what
   * it meets is committed. What a transaction wrote itself may never come to be, and an alert must not be lost with it.
   */
  #remember(client: Queries, asked: Iterable<string>, fresh: ReadonlySet<string>): void {
    const own = this.#written.get(client) ?? new Set<string>();
    for (const key of asked) {
      if (fresh.has(key)) own.add(key);
      else if (!own.has(key)) this.#known.add(key);
    }
    if (own.size > 0) this.#written.set(client, own);
    for (const oldest of this.#known) {
      if (this.#known.size <= KNOWN_KEYS_MAX) break;
      this.#known.delete(oldest);
    }
  }
}

function keyOf(tenant: string, eventKey: string): string {
  return `${tenant}\0${eventKey}`;
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
