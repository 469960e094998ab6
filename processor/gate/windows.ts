import type { BudgetWindow } from '../../src/policy/budget.ts';
import type { Queries } from '../store/database.ts';
import { type CalendarUnit, selectWindows, type Window } from './selectWindows.ts';

/** An instant whose window is asked for. */
export interface AskedWindow {
  readonly window: BudgetWindow;
  readonly timezone: string;
  readonly atMicros: number;
}

const HOUR_MICROS = 3_600_000_000;
const endless: Window = { startMicros: -Infinity, endMicros: Infinity };
/** 400 days and more in some thirty time zones: about 2 MB. */
const WINDOWS_MAX = 15_000;

/**
 * Which window an instant is in. One for the process: of each calendar window the database is asked once, so that all replicas
 * and the counters' rows have the same, whatever time zone data Node was built with.
 */
export class Windows {
  #known = new KnownWindows();

  /** What it returns answers for every instant that was asked about, whatever others ask meanwhile. */
  async ensure(client: Queries, asked: Iterable<AskedWindow>): Promise<KnownWindows> {
    const known = this.#known;
    const missing = [];
    for (const { window, timezone, atMicros } of asked) {
      const unit = calendarUnitOf(window);
      if (unit !== null && known.find(unit, timezone, atMicros) === undefined)
        missing.push({ unit, timezone, atMicros });
    }
    if (missing.length === 0) return known;
    for (const { unit, timezone, ...found } of await selectWindows(client, missing)) known.add(unit, timezone, found);
    // Who has the full one keeps it for as long as needed.
    if (known.count > WINDOWS_MAX && this.#known === known) this.#known = new KnownWindows();
    return known;
  }
}

export class KnownWindows {
  /** Those of one unit in one time zone, by their start. */
  readonly #windows = new Map<string, Window[]>();
  count = 0;

  of(window: BudgetWindow, timezone: string, atMicros: number): Window {
    const unit = calendarUnitOf(window);
    if (unit !== null) {
      const found = this.find(unit, timezone, atMicros);
      if (found === undefined) throw new Error(`expected the ${unit} of ${atMicros} in ${timezone} to be known`);
      return found;
    }
    if (window.kind !== 'hour') return endless;
    const startMicros = Math.floor(atMicros / HOUR_MICROS) * HOUR_MICROS;
    return { startMicros, endMicros: startMicros + HOUR_MICROS };
  }

  find(unit: CalendarUnit, timezone: string, atMicros: number): Window | undefined {
    const windows = this.#windows.get(`${unit} ${timezone}`);
    if (windows === undefined) return undefined;
    const last = windows[countUntil(windows, atMicros) - 1];
    return last !== undefined && atMicros < last.endMicros ? last : undefined;
  }

  add(unit: CalendarUnit, timezone: string, window: Window): void {
    const name = `${unit} ${timezone}`;
    const windows = this.#windows.get(name) ?? [];
    this.#windows.set(name, windows);
    const place = countUntil(windows, window.startMicros);
    if (windows[place - 1]?.startMicros === window.startMicros) return;
    windows.splice(place, 0, window);
    this.count += 1;
  }
}

function calendarUnitOf({ kind }: BudgetWindow): CalendarUnit | null {
  return kind === 'day' || kind === 'week' || kind === 'month' ? kind : null;
}

/** How many of the windows begin at the instant or before. */
function countUntil(windows: readonly Window[], atMicros: number): number {
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((windows[middle]?.startMicros ?? Infinity) <= atMicros) low = middle + 1;
    else high = middle;
  }
  return low;
}
