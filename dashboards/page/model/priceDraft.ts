import type { LongContext } from '../policyAnswers.ts';
import { rateNames, type RateName, rateOf } from './rates.ts';

export interface LongLine {
  readonly above: string;
  readonly rates: Readonly<Partial<Record<RateName, string>>>;
}

/** A price while it is being written: every field as its control holds it. */
export interface PriceDraft {
  readonly provider: string;
  readonly model: string;
  readonly kind: 'rates' | 'maps_to';
  readonly rates: Readonly<Partial<Record<RateName, string>>>;
  readonly long: readonly LongLine[];
  readonly mapsTo: string;
  /** `now`, `always`, or `date` with `fromDate`. */
  readonly from: 'now' | 'always' | 'date';
  readonly fromDate: string;
  /** Empty: for good. */
  readonly toDate: string;
}

interface Known {
  readonly rates?: Readonly<Record<string, unknown>>;
  readonly long_context?: LongContext;
}

function ratesOf(price: Readonly<Record<string, unknown>>): Partial<Record<RateName, string>> {
  const rates: Partial<Record<RateName, string>> = {};
  for (const name of rateNames) {
    const rate = rateOf(price, name);
    if (rate !== null) rates[name] = rate;
  }
  return rates;
}

/** With the rates that hold now, where there are any. Stored calls are to be priced too: from always. */
export function priceDraft(provider: string | null, model: string, known: Known | null): PriceDraft {
  return {
    provider: provider ?? '*',
    model,
    kind: 'rates',
    rates: ratesOf(known?.rates ?? {}),
    long: (known?.long_context ?? []).map((line) => ({ above: String(line.above_input_tokens), rates: ratesOf(line) })),
    mapsTo: '',
    from: known === null ? 'always' : 'now',
    fromDate: '',
    toDate: '',
  };
}

/** Rates stay texts; an empty one is not said, so that it falls to the unit it is part of. */
function written(rates: PriceDraft['rates']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rates)
      .map(([name, rate]) => [name, rate.trim()] as const)
      .filter(([, rate]) => rate !== ''),
  );
}

function threshold(text: string): number | string {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text.trim()) : text.trim();
}

/** What `PUT /api/v1/prices/PROVIDER/MODEL` takes: what is wrong with it, the API says in its own words. */
export function priceBody(draft: PriceDraft): Readonly<Record<string, unknown>> {
  const dates = {
    ...(draft.from === 'now' ? {} : { effective_from: draft.from === 'always' ? null : draft.fromDate.trim() }),
    ...(draft.toDate.trim() === '' ? {} : { effective_to: draft.toDate.trim() }),
  };
  if (draft.kind === 'maps_to') return { maps_to: draft.mapsTo.trim(), ...dates };
  const long = draft.long.map(({ above, rates }) => ({ above_input_tokens: threshold(above), ...written(rates) }));
  return { ...written(draft.rates), ...(long.length === 0 ? {} : { long_context: long }), ...dates };
}

/** From when stored calls may get the new price: its own beginning, or where that is always, the first of them that is known. */
export function repriceFrom(
  effectiveFrom: string | null,
  firstSeen: string | null,
  nowMs: number = Date.now(),
): string {
  if (effectiveFrom !== null) return effectiveFrom.slice(0, 10);
  const from = firstSeen ?? new Date(nowMs - REPRICED_DAYS * DAY_MS).toISOString();
  return from.slice(0, 10);
}

const DAY_MS = 86_400_000;
const REPRICED_DAYS = 90;
