import { PRICED_DEPLOYMENT } from './cast.ts';
import { daysOfTurns } from './days.ts';
import { decide, putBudgets } from './policies.ts';
import { createDraw } from './random.ts';
import type { WrittenSpan } from './spans.ts';
import { change, type Service, send } from './service.ts';
import { spansOfTurn } from './turn.ts';

export interface FillOptions {
  /** The data ends here: the service's clock has to be about this, since budgets count by it. */
  readonly now: Date;
  readonly seed?: number;
  readonly days?: number;
  /** On a working day of the last week; a turn makes some three calls. */
  readonly turnsADay?: number;
  readonly users?: number;
  /** Budgets with alerts, refusals and decisions that wait; default true. */
  readonly hasPolicies?: boolean;
  /** `authorization`, where the service has keys. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface Filled {
  readonly traces: number;
  readonly spans: number;
}

/** Some 180 KB: a service that runs from source has no thread for JSON of more than 256 KiB. */
const SPANS_AN_EXPORT = 250;
const AT_ONCE = 4;
/** Sent before any budget counts; the rest is what moves counters over their limits. */
const LAST_HOURS_MS = 3 * 3_600_000;

/** Sends to a running service what a company's agents did in the days before `now`: the same for the same seed and instant. */
export async function fillStore(httpUrl: string, apiUrl: string, options: FillOptions): Promise<Filled> {
  const { now, seed = 20_261_122, days = 61, turnsADay = 45, users = 400, hasPolicies = true, headers = {} } = options;
  const draw = createDraw(seed);
  const nowMs = now.getTime();
  const service: Service = { httpUrl, apiUrl, headers };
  await change(service, 'PUT', pathOfPrice(), PRICED_DEPLOYMENT.price);
  const filled = { traces: 0, spans: 0 };
  const early: WrittenSpan[] = [];
  const late: WrittenSpan[] = [];
  for (const turns of daysOfTurns({ nowMs, days, turnsADay, users }, draw)) {
    for (const turn of turns) {
      const spans = spansOfTurn(turn, draw);
      filled.traces += 1;
      filled.spans += spans.length;
      (nowMs - turn.startMs < LAST_HOURS_MS ? late : early).push(...spans);
    }
    if (early.length >= SPANS_AN_EXPORT * AT_ONCE) await sendAll(service, early.splice(0));
  }
  await sendAll(service, early);
  if (hasPolicies) await putBudgets(service, now);
  await sendAll(service, late);
  if (hasPolicies) await decide(service);
  return filled;
}

/** Some exports at once, as several processes send them. */
async function sendAll(service: Service, spans: readonly WrittenSpan[]): Promise<void> {
  for (let first = 0; first < spans.length; first += SPANS_AN_EXPORT * AT_ONCE) {
    const starts = Array.from({ length: AT_ONCE }, (_, part) => first + part * SPANS_AN_EXPORT);
    const parts = starts.map((start) => spans.slice(start, start + SPANS_AN_EXPORT));
    await Promise.all(parts.filter((part) => part.length > 0).map((part) => send(service, part)));
  }
}

function pathOfPrice(): string {
  const { provider, model } = PRICED_DEPLOYMENT;
  return `/api/v1/prices/${encodeURIComponent(provider)}/${encodeURIComponent(model)}`;
}
