import type { ConditionalPrice, ModelInfo } from '@pydantic/genai-prices';
import type { Correction } from './correction.ts';
import { bandsOf, freeTable, libraryTable, mergedTable, writtenTable, type PriceTable } from './priceTable.ts';
import type { DayWindow, Epoch, InForce, RateCard } from './rateCard.ts';

/** A table of prices and when it holds; of several the last in force. */
interface DatedTable extends InForce {
  readonly effectiveFrom: string | null;
  readonly correction: Correction | null;
  readonly table: PriceTable;
}

const always: InForce = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY, windows: [] };

/**
 * Compiles what the rate card says about a model, null where it knows none such, and the corrections of it, each over what
 * is there when its turn comes. Throws on a price or condition that it cannot read: bad data is a bug.
 */
export function compileCard(id: string, model: ModelInfo | null, corrections: readonly Correction[]): RateCard {
  let dated =
    model === null ? [{ ...always, effectiveFrom: null, correction: null, table: new Map() }] : tablesOf(model);
  for (const correction of corrections) dated = corrected(dated, correction);
  // A card of ours alone begins with its first correction, not with an empty table.
  const [first, ...others] = (dated.length > 1 && model === null ? dated.slice(1) : dated).map(epochOf);
  if (first === undefined) throw new Error(`The card ${id} has no prices`);
  // Where no condition is met the first holds; said of it, what goes over it holds there too.
  return { id, epochs: [{ ...first, ...always }, ...others] };
}

function epochOf({ fromMs, toMs, windows, effectiveFrom, correction, table }: DatedTable): Epoch {
  return {
    fromMs,
    toMs,
    windows,
    effectiveFrom,
    source: correction === null ? 'default' : 'correction',
    bands: bandsOf(table),
    correction,
    adjustments: [],
    isEstimate: false,
  };
}

/** What the rate card says, in its own order. */
function tablesOf({ id, prices }: ModelInfo): DatedTable[] {
  const conditional: readonly ConditionalPrice[] = Array.isArray(prices) ? prices : [{ prices }];
  return conditional.map(({ constraint, prices: those }, index) => {
    const isFree = id.endsWith(':free') && Object.keys(those).length === 0;
    const table = isFree ? freeTable : libraryTable(those);
    const dated: DatedTable = { ...always, effectiveFrom: null, correction: null, table };
    if (constraint === undefined) return dated;
    if (constraint.type === 'start_date') {
      const from = new Date(constraint.start_date);
      return { ...dated, fromMs: index === 0 ? dated.fromMs : from.getTime(), effectiveFrom: from.toISOString() };
    }
    if (index === 0) return dated;
    const startSecond = secondOfDay(constraint.start_time);
    const endSecond = secondOfDay(constraint.end_time);
    return { ...dated, windows: [{ startSecond, endSecond, weekdays: null }] };
  });
}

function corrected(dated: DatedTable[], correction: Correction): DatedTable[] {
  const { rates, longContext = [], isWhole = false } = correction;
  const over = writtenTable(rates, longContext);
  if (over.size === 0) return dated;
  const when = inForceOf(correction);
  const effectiveFrom = isoOf(correction.from);
  if (isWhole) return [...dated, { ...when, effectiveFrom, correction, table: over }];
  const merged = dated.flatMap((each) => {
    const both = intersection(each, when);
    const table = mergedTable(each.table, over);
    return both === null
      ? []
      : [{ ...both, effectiveFrom: later(each.effectiveFrom, effectiveFrom), correction, table }];
  });
  return [...dated, ...merged];
}

function inForceOf({ from, to, hours }: Correction): InForce {
  return { ...spanOf(from, to), windows: hours === undefined ? [] : [windowOf(hours)] };
}

function windowOf({ start, end, weekdays }: NonNullable<Correction['hours']>): DayWindow {
  return { startSecond: secondOfDay(`${start}:00Z`), endSecond: secondOfDay(`${end}:00Z`), weekdays: weekdays ?? null };
}

/** `[from, to)` of ISO instants in milliseconds. Throws on what is no instant. */
export function spanOf(from: string | null, to: string | null): InForce {
  return {
    fromMs: from === null ? always.fromMs : instantOf(from),
    toMs: to === null ? always.toMs : instantOf(to),
    windows: [],
  };
}

function instantOf(iso: string): number {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw new RangeError(`A price must begin and end at an ISO 8601 instant, found ${iso}`);
  return ms;
}

/** An instant as it stands in a charge. */
export function isoOf(instant: string | null): string | null {
  return instant === null ? null : new Date(instantOf(instant)).toISOString();
}

/** Null where the two never hold at once by their dates. */
export function intersection(a: InForce, b: InForce): InForce | null {
  const fromMs = Math.max(a.fromMs, b.fromMs);
  const toMs = Math.min(a.toMs, b.toMs);
  return fromMs < toMs ? { fromMs, toMs, windows: [...a.windows, ...b.windows] } : null;
}

/** The later of two ISO instants as `isoOf` writes them. */
export function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}

function secondOfDay(time: string): number {
  const match = /^(\d{2}):(\d{2}):(\d{2})Z$/.exec(time);
  if (match === null) throw new Error(`A price window must be HH:MM:SSZ, found ${time}`);
  return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}
