import { hash } from 'node:crypto';
import { addAmounts, amountsOf, type CounterAmounts, noAmounts } from '../../src/policy/amounts.ts';
import type { BudgetInForce, Policy } from '../../src/policy/policy.ts';
import type { Posting } from '../../src/policy/posting.ts';
import { rolledTo } from '../../src/policy/rolling.ts';
import type { AuditDifference } from '../store/auditDifference.ts';
import type { Database, Queries } from '../store/database.ts';
import { selectClosingDate } from '../store/statements/selectClosingDate.ts';
import { type AuditedCounter, countCounters, readCounters, selectCountedTenants } from './auditedCounters.ts';
import { readPolicy } from './budgetRows.ts';
import { selectClaimDifferences } from './claimDifferences.ts';
import { CLAIM_SKEW_MICROS } from './claims.ts';
import { differenceOf } from './counterDifference.ts';
import { type CounterPlace, CounterPlaces, newCountsFrom } from './counterPlaces.ts';
import { databaseMicros, readEpoch } from './policyLock.ts';
import { sumPostings } from './sumPostings.ts';
import { Windows } from './windows.ts';

export interface CountersReport {
  /** Counters that were compared with the calls and reservations they count. */
  readonly counters: number;
  /** Those that have counted calls of days that retention has dropped, or since before their budget counts now. */
  readonly skippedCounters: number;
  readonly differences: readonly AuditDifference[];
}

/** Counters held at a time, about 1 kB each: of more, the postings are read as many times as there are shares. */
const COUNTERS_A_SHARE = 50_000;

/** Recomputes what reservations have been claimed with, and every counter from calls and reservations, tenant by tenant, in one snapshot that has them all; ingest goes on meanwhile. */
export async function auditCounters(database: Database, differencesMax: number): Promise<CountersReport> {
  return database.transaction(async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    await client.query('set local statement_timeout = 0');
    // Before the first snapshot: retention drops a day before this or after it, not in between.
    await client.query('lock table only tollgate_data.calls in access share mode');
    const policy = await readPolicy(client, await readEpoch(client));
    const at = { policy, nowMicros: await databaseMicros(client), wholeFromMicros: await wholeFrom(client) };
    const claims = await selectClaimDifferences(client, at.wholeFromMicros, differencesMax);
    const report = { counters: 0, skippedCounters: 0, differences: [...claims] };
    if (policy.budgets.length === 0) return report;
    for (const tenant of await selectCountedTenants(client)) {
      const shares = Math.max(1, Math.ceil((await countCounters(client, tenant)) / COUNTERS_A_SHARE));
      for (let share = 0; share < shares; share += 1) {
        const audited = new CounterAudit(at, tenant, { share, shares });
        await audited.read(client);
        report.counters += audited.checked;
        report.skippedCounters += audited.skipped;
        report.differences.push(...audited.differences(differencesMax - report.differences.length));
      }
    }
    return report;
  });
}

/** Calls of dropped days counted before this, if at all. */
export async function wholeFrom(client: Queries): Promise<number> {
  const closedBefore = await selectClosingDate(client);
  return closedBefore === 0 ? 0 : closedBefore + CLAIM_SKEW_MICROS;
}

interface AuditedAt {
  readonly policy: Policy;
  readonly nowMicros: number;
  readonly wholeFromMicros: number;
}

/** A part of the counters, told by the hash of their keys. */
interface Share {
  readonly share: number;
  readonly shares: number;
}

interface Compared {
  readonly place: Pick<CounterPlace, 'tenant' | 'inForce' | 'window'> & {
    readonly key: Readonly<Record<string, string>>;
  };
  readonly countsFromMicros: number;
  readonly isSkipped: boolean;
  /** Null: there is no such counter. */
  readonly found: CounterAmounts | null;
  expected: CounterAmounts;
}

/** One tenant's counters, or a share of them. */
class CounterAudit {
  readonly #at: AuditedAt;
  readonly #tenant: string;
  readonly #share: Share;
  readonly #budgets: ReadonlyMap<number, BudgetInForce>;
  readonly #counters = new Map<string, Compared>();
  readonly #windows = new Windows();

  constructor(at: AuditedAt, tenant: string, share: Share) {
    this.#at = at;
    this.#tenant = tenant;
    this.#share = share;
    const own = at.policy.budgets.filter((inForce) => inForce.tenant === null || inForce.tenant === tenant);
    this.#budgets = new Map(own.map((inForce) => [inForce.id, inForce]));
  }

  get skipped(): number {
    return [...this.#counters.values()].filter(({ isSkipped }) => isSkipped).length;
  }

  get checked(): number {
    return [...this.#counters.values()].filter(({ isSkipped, found }) => !isSkipped && found !== null).length;
  }

  async read(client: Queries): Promise<void> {
    const budgets = [...this.#budgets.values()];
    if (budgets.length === 0) return;
    const asked = { tenant: this.#tenant, budgets, ...this.#share, nowMicros: this.#at.nowMicros };
    for await (const rows of readCounters(client, asked)) for (const row of rows) this.#add(row);
    const pages = sumPostings(client, {
      tenant: this.#tenant,
      fromMicros: Math.min(...budgets.map(({ countsFromMicros }) => countsFromMicros)),
      budgets: budgets.map(({ budget }) => budget),
      edgesMicros: [
        ...budgets.flatMap((inForce) => [inForce.countsFromMicros, newCountsFrom(inForce)]),
        ...[...this.#counters.values()].map(({ countsFromMicros }) => countsFromMicros),
      ],
    });
    for await (const postings of pages) await this.#count(client, postings);
  }

  differences(max: number): readonly AuditDifference[] {
    const differences: AuditDifference[] = [];
    for (const { place, isSkipped, found, expected } of this.#counters.values()) {
      if (differences.length >= max) break;
      const difference = isSkipped ? null : differenceOf(place, expected, found);
      if (difference !== null) differences.push(difference);
    }
    return differences;
  }

  #add({ inForce, name, key, window, countsFromMicros, amounts }: AuditedCounter): void {
    const { budget } = inForce;
    const isRolling = budget.window.kind === 'rolling';
    const startMicros = isRolling ? rolledTo(budget.window.ms, this.#at.nowMicros) : window.startMicros;
    const fromMicros = Math.max(countsFromMicros, startMicros);
    this.#counters.set(name, {
      place: { tenant: this.#tenant, inForce, window, key },
      countsFromMicros,
      // What came before the budget's own beginning is no longer posted, and what was dropped cannot be read.
      isSkipped: fromMicros < this.#at.wholeFromMicros || fromMicros < inForce.countsFromMicros,
      found: amounts,
      expected: noAmounts,
    });
  }

  async #count(client: Queries, postings: readonly Posting[]): Promise<void> {
    // One for each page: it remembers the facts it was asked about.
    const places = new CounterPlaces(this.#at.policy, this.#at.nowMicros);
    const known = await this.#windows.ensure(client, places.windowsOf(postings));
    for (const posting of postings) {
      for (const place of places.of(known, posting.facts, posting.atMicros)) this.#post(place, posting);
    }
  }

  #post(place: CounterPlace, posting: Posting): void {
    const { share, shares } = this.#share;
    if (shares > 1 && shareOf(hash('md5', place.key.text), shares) !== share) return;
    const counter = this.#counters.get(place.name) ?? this.#missing(place);
    if (posting.atMicros < counter.countsFromMicros) return;
    counter.expected = addAmounts(counter.expected, amountsOf(place.inForce.budget, posting));
  }

  #missing(place: CounterPlace): Compared {
    const { tenant, inForce, window, key } = place;
    const countsFromMicros = newCountsFrom(inForce);
    const missing: Compared = {
      place: { tenant, inForce, window, key: key.values },
      countsFromMicros,
      isSkipped: false,
      found: null,
      expected: noAmounts,
    };
    this.#counters.set(place.name, missing);
    return missing;
  }
}

/** By the first two bytes of the hash, as the statement that reads the counters has it. */
function shareOf(keyHash: string, shares: number): number {
  return parseInt(keyHash.slice(0, 4), 16) % shares;
}
