import { lockCounters, type LockedCounters } from '../../processor/gate/counters.ts';
import { Windows } from '../../processor/gate/windows.ts';
import type { Database, Queries } from '../../processor/store/database.ts';
import type { Budget } from '../../src/policy/budget.ts';
import { type BudgetInForce, Policy } from '../../src/policy/policy.ts';
import type { CallFacts, Posting, SignedPosting } from '../../src/policy/posting.ts';
import { noMeasures } from '../../src/policy/posting.ts';

export const MICROS_A_MINUTE = 60_000_000;
export const MICROS_A_DAY = 1440 * MICROS_A_MINUTE;
export const FEMTO = 10n ** 15n;

export function micros(instant: string): number {
  return Date.parse(instant) * 1000;
}

/** The middle of a day, a Wednesday. */
export const NOON = micros('2026-05-06T12:00Z');

export function budget(fields: Partial<Budget> = {}): Budget {
  return {
    name: 'all',
    source: 'api',
    match: {},
    per: [],
    window: { kind: 'day' },
    timezone: 'UTC',
    limit: { unit: 'usd', amount: 50n * FEMTO },
    alertAt: [50, 80, 100],
    onExceed: 'deny',
    downgrade: {},
    unpriced: { kind: 'deny' },
    lostCalls: 'presume',
    mode: 'enforce',
    minOutputTokens: 64,
    stopStreams: false,
    ...fields,
  };
}

export function inForce(fields: Partial<BudgetInForce> = {}): BudgetInForce {
  return {
    id: 1,
    tenant: 'default',
    budget: budget(),
    countsFromMicros: 0,
    idleFromMicros: 0,
    raises: [],
    ...fields,
  };
}

export function facts(fields: Partial<CallFacts> = {}): CallFacts {
  return {
    tenant: 'default',
    agent: 'bot',
    user: null,
    session: null,
    run: null,
    model: 'gpt-4o',
    responseModel: null,
    provider: 'openai',
    service: null,
    environment: null,
    tags: {},
    ...fields,
  };
}

/** A call of `usd` dollars and 100 tokens that was made. */
export function spent(usd: number, fields: Partial<Posting> = {}): SignedPosting {
  return signed({ spent: { femtoUsd: BigInt(usd) * FEMTO, unpricedCalls: 0, tokens: 100, calls: 1 }, ...fields });
}

/** A call that may cost `usd` dollars, of 100 tokens. */
export function reserved(usd: number, fields: Partial<Posting> = {}): SignedPosting {
  return signed({ reserved: { femtoUsd: BigInt(usd) * FEMTO, unpricedCalls: 0, tokens: 100, calls: 1 }, ...fields });
}

function signed(fields: Partial<Posting>): SignedPosting {
  const posting: Posting = {
    facts: facts(),
    atMicros: NOON,
    spent: noMeasures,
    reserved: noMeasures,
    presumed: noMeasures,
    lapsed: noMeasures,
    overrun: noMeasures,
    late: noMeasures,
    ...fields,
  };
  return { sign: 1, posting };
}

export function back({ posting }: SignedPosting): SignedPosting {
  return { sign: -1, posting };
}

/** Counters of budgets that stand in no table: their rows do not ask for it. */
export class Counting {
  readonly policy: Policy;
  readonly #database: Database;
  readonly #windows = new Windows();

  constructor(database: Database, budgets: readonly BudgetInForce[] = [inForce()]) {
    this.#database = database;
    this.policy = new Policy(1, budgets);
  }

  lock(client: Queries, asked: readonly Posting[], nowMicros: number): Promise<LockedCounters> {
    return lockCounters(client, this.policy, this.#windows, asked, nowMicros);
  }

  /** One transaction; resolves to its counters after the commit. */
  post(postings: readonly SignedPosting[], nowMicros = NOON): Promise<LockedCounters> {
    return this.#database.transaction(async (client) => {
      const counters = await this.lock(
        client,
        postings.map(({ posting }) => posting),
        nowMicros,
      );
      for (const each of postings) counters.apply(each);
      await counters.write(client);
      return counters;
    });
  }
}

export interface StoredCounter {
  readonly key: Readonly<Record<string, string>>;
  readonly start: string;
  readonly end: string;
  readonly spent: number;
  readonly reserved: number;
  readonly overrun: number;
  readonly expired: number;
}

const EPOCH_ISO = `'YYYY-MM-DD"T"HH24:MI"Z"'`;

/** All counters, in the order of their windows and keys. */
export function stored(database: Queries): Promise<StoredCounter[]> {
  return database.query<StoredCounter>(`
select key, coalesce(to_char(nullif(window_start, '-infinity'), ${EPOCH_ISO}), '') as start,
  coalesce(to_char(nullif(window_end, 'infinity'), ${EPOCH_ISO}), '') as end, spent::float8 as spent,
  reserved::float8 as reserved, overrun::float8 as overrun, expired_unsettled::float8 as expired
from tollgate_data.counters order by window_start, key, id`);
}

/** Counts the statements that go through it. */
export class Counted implements Queries {
  statements: string[] = [];
  readonly #client: Queries;

  constructor(client: Queries) {
    this.#client = client;
  }

  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    this.statements.push(text);
    return this.#client.query<Row>(text, values);
  }
}
