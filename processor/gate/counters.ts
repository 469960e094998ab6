import { addAmounts, amountsOf, type CounterAmounts, negateAmounts, noAmounts } from '../../src/policy/amounts.ts';
import type { CounterState } from '../../src/policy/evaluate.ts';
import type { BudgetInForce, Policy } from '../../src/policy/policy.ts';
import type { CallFacts, SignedPosting } from '../../src/policy/posting.ts';
import { bucketStart, rolledTo } from '../../src/policy/rolling.ts';
import type { Queries } from '../store/database.ts';
import { addToBuckets, type BucketAddition, deleteLeft, sumLeaving } from './counterBuckets.ts';
import { type AskedCounters, type CounterPlace, CounterPlaces, limitOf } from './counterPlaces.ts';
import { type LockedRow, lockRows, makeCounters, type NamedCounter } from './counterRows.ts';
import { updateCounters } from './counterUpdates.ts';
import type { Window } from './selectWindows.ts';
import type { KnownWindows, Windows } from './windows.ts';

/** What a transaction made of one counter. */
export interface CounterChange {
  readonly tenant: string;
  readonly counterId: number;
  readonly budget: BudgetInForce;
  readonly key: Readonly<Record<string, string>>;
  readonly window: Window;
  /** With raises and what approvals added. */
  readonly limit: bigint;
  readonly before: CounterAmounts;
  readonly after: CounterAmounts;
}

/** A counter was removed between two transactions. SQLSTATE 40001: the transaction is right and may be tried again. */
class CounterRemoved extends Error {
  readonly code = '40001';
}

/** Of each of the policy's counters that this process met, the row's id. Another policy begins anew. */
const knownIds = new WeakMap<Policy, Map<string, number>>();
/** About 20 MB with keys of 200 characters. */
const KNOWN_IDS_MAX = 50_000;

/**
 * Locks every counter in which one of the calls counts, until the transaction ends, and brings rolling ones up to now; makes those
 * that are missing. Nothing but alerts is locked after it, and it is called once in a transaction: its order is what keeps
 * transactions from waiting in a ring. Throws (40001) where a counter was removed meanwhile.
 */
export async function lockCounters(
  client: Queries,
  policy: Policy,
  windows: Windows,
  asked: readonly AskedCounters[],
  nowMicros: number,
): Promise<LockedCounters> {
  const places = new CounterPlaces(policy, nowMicros);
  const known = await windows.ensure(client, places.windowsOf(asked));
  const wanted = new Map<string, CounterPlace>();
  for (const { facts, atMicros } of asked) {
    for (const place of places.of(known, facts, atMicros)) wanted.set(place.name, place);
  }
  const locked = new LockedCounters(places, known, nowMicros);
  if (wanted.size === 0) return locked;
  const named = await idsOf(client, policy, [...wanted.values()], nowMicros);
  const rows = await lockRows(client, named);
  if (rows.length < named.length) {
    // Those that were just made go with this transaction: kept, they would be missing the next time, and so in turn for ever.
    for (const { place } of named) knownIds.get(policy)?.delete(place.name);
    throw new CounterRemoved(`expected ${named.length} counters to lock, found ${rows.length}`);
  }
  for (const counter of await rolledForward(client, rows, nowMicros)) locked.add(counter);
  return locked;
}

async function idsOf(
  client: Queries,
  policy: Policy,
  places: readonly CounterPlace[],
  nowMicros: number,
): Promise<readonly NamedCounter[]> {
  const ids = knownIds.get(policy) ?? new Map<string, number>();
  knownIds.set(policy, ids);
  const unknown = places.filter(({ name }) => !ids.has(name));
  const made = unknown.length === 0 ? [] : await makeCounters(client, unknown, nowMicros);
  const found = new Map(unknown.map(({ name }, index) => [name, made[index]]));
  const named = places.map((place) => ({ place, id: found.get(place.name) ?? ids.get(place.name) ?? NaN }));
  // Should the transaction be rolled back, its new counters are found missing the next time, and then asked for anew.
  for (const { place, id } of named) if (found.has(place.name)) ids.set(place.name, id);
  for (const name of ids.keys()) {
    if (ids.size <= KNOWN_IDS_MAX) break;
    ids.delete(name);
  }
  return named;
}

interface Amounts {
  readonly amounts: CounterAmounts;
  readonly raised: bigint;
  readonly rolledToMicros: number | null;
}

interface Counter extends Amounts, NamedCounter {
  readonly countsFromMicros: number;
  /** When the transaction got it, rolling ones up to now. */
  readonly before: CounterAmounts;
}

async function rolledForward(
  client: Queries,
  rows: readonly LockedRow[],
  nowMicros: number,
): Promise<readonly (readonly [row: LockedRow, counter: Counter])[]> {
  const ends = rows.map((row) => rolledEnd(row, nowMicros));
  const leaving = rows.flatMap((row, index) => {
    const toMicros = ends[index] ?? null;
    return toMicros === null || toMicros === row.rolledToMicros ? [] : [{ ...row, toMicros }];
  });
  const sums = leaving.length === 0 ? [] : await sumLeaving(client, leaving);
  const left = new Map(leaving.map(({ place }, index) => [place.name, sums[index] ?? noAmounts]));
  return rows.map((row, index) => {
    const amounts = addAmounts(row, negateAmounts(left.get(row.place.name) ?? noAmounts));
    const { place, id, raised, countsFromMicros } = row;
    return [
      row,
      { place, id, raised, countsFromMicros, amounts, before: amounts, rolledToMicros: ends[index] ?? null },
    ];
  });
}

/** Never back: another replica's clock may be ahead. */
function rolledEnd({ place, rolledToMicros }: LockedRow, nowMicros: number): number | null {
  const { window } = place.inForce.budget;
  if (window.kind !== 'rolling') return null;
  return Math.max(rolledToMicros ?? -Infinity, rolledTo(window.ms, nowMicros));
}

/** Locked counters as they will be written: every answer has what was applied before it. */
export class LockedCounters {
  readonly #places: CounterPlaces;
  readonly #windows: KnownWindows;
  readonly #nowMicros: number;
  readonly #counters = new Map<string, Counter>();
  /** As they stand in the database. */
  readonly #written = new Map<string, Amounts>();
  readonly #additions = new Map<string, BucketAddition>();

  constructor(places: CounterPlaces, windows: KnownWindows, nowMicros: number) {
    this.#places = places;
    this.#windows = windows;
    this.#nowMicros = nowMicros;
  }

  add([row, counter]: readonly [row: LockedRow, counter: Counter]): void {
    const { raised, rolledToMicros } = row;
    this.#counters.set(row.place.name, counter);
    this.#written.set(row.place.name, { amounts: row, raised, rolledToMicros });
  }

  /**
   * For each budget that matches, the counter that a call decided at the instant counts in, in the order of the policy. What is asked
   * about has to have been asked for when the counters were locked.
   */
  statesOf(facts: CallFacts, atMicros: number): readonly CounterState[] {
    return this.#countersOf(facts, atMicros).map((counter) => {
      const { inForce, key, window } = counter.place;
      return {
        budget: inForce,
        key: key.values,
        limit: this.#limitOf(counter, atMicros),
        spent: counter.amounts.spent,
        reserved: counter.amounts.reserved,
        resetsAtMicros: Number.isFinite(window.endMicros) ? window.endMicros : null,
      };
    });
  }

  apply({ sign, posting }: SignedPosting): void {
    for (const counter of this.#countersOf(posting.facts, posting.atMicros)) {
      const { place, rolledToMicros, countsFromMicros } = counter;
      const { budget } = place.inForce;
      if (posting.atMicros < countsFromMicros) continue;
      const amounts = amountsOf(budget, posting);
      const added = sign === 1 ? amounts : negateAmounts(amounts);
      if (budget.window.kind === 'rolling') {
        const startMicros = bucketStart(budget.window.ms, posting.atMicros);
        if (rolledToMicros !== null && startMicros < rolledToMicros) continue;
        this.#addToBucket(counter, startMicros, added);
      }
      this.#counters.set(place.name, { ...counter, amounts: addAmounts(counter.amounts, added) });
    }
  }

  /** An approval: more limit for the counter of this budget in which the facts count, in the window of the instant. */
  raise(facts: CallFacts, atMicros: number, budgetId: number, amount: bigint): void {
    for (const counter of this.#countersOf(facts, atMicros)) {
      if (counter.place.inForce.id !== budgetId) continue;
      this.#counters.set(counter.place.name, { ...counter, raised: counter.raised + amount });
      return;
    }
    throw new Error(`expected a counter of budget ${budgetId} to raise, found none`);
  }

  /** May be called again after more was applied. */
  async write(client: Queries): Promise<void> {
    const changed = [...this.#counters.values()].filter((counter) => {
      const written = this.#written.get(counter.place.name);
      return written === undefined || !areSame(written, counter);
    });
    const rolled = changed.flatMap((counter) => {
      const toMicros = counter.rolledToMicros;
      const from = this.#written.get(counter.place.name)?.rolledToMicros ?? null;
      return toMicros === null || toMicros === from ? [] : [{ ...counter, toMicros }];
    });
    if (rolled.length > 0) await deleteLeft(client, rolled);
    if (this.#additions.size > 0) await addToBuckets(client, [...this.#additions.values()]);
    if (changed.length > 0) {
      const updatedMicros = this.#nowMicros;
      await updateCounters(
        client,
        changed.map((counter) => ({ ...counter, updatedMicros })),
      );
    }
    this.#additions.clear();
    for (const counter of changed) this.#written.set(counter.place.name, counter);
  }

  /** Counters whose amounts are others than when they were locked. */
  changes(): readonly CounterChange[] {
    return [...this.#counters.values()].flatMap((counter) => {
      const { place, id, before, amounts: after } = counter;
      if (areEqual(before, after)) return [];
      const { tenant, inForce: budget, key, window } = place;
      const limit = this.#limitOf(counter, this.#nowMicros);
      return [{ tenant, counterId: id, budget, key: key.values, window, limit, before, after }];
    });
  }

  #limitOf({ place, raised }: Counter, atMicros: number): bigint {
    return limitOf(place.inForce, place.tenant, place.key.values, atMicros) + raised;
  }

  #countersOf(facts: CallFacts, atMicros: number): readonly Counter[] {
    return this.#places.of(this.#windows, facts, atMicros).map(({ name }) => {
      const counter = this.#counters.get(name);
      if (counter === undefined) throw new Error(`expected the counter ${JSON.stringify(name)} to be locked`);
      return counter;
    });
  }

  #addToBucket({ place, id }: NamedCounter, startMicros: number, added: CounterAmounts): void {
    const name = `${startMicros} ${place.name}`;
    const before = this.#additions.get(name)?.added ?? noAmounts;
    this.#additions.set(name, { place, id, startMicros, added: addAmounts(before, added) });
  }
}

function areSame(one: Amounts, two: Amounts): boolean {
  return one.raised === two.raised && one.rolledToMicros === two.rolledToMicros && areEqual(one.amounts, two.amounts);
}

function areEqual(one: CounterAmounts, two: CounterAmounts): boolean {
  return (
    one.spent === two.spent &&
    one.reserved === two.reserved &&
    one.overrun === two.overrun &&
    one.expiredUnsettled === two.expiredUnsettled
  );
}
