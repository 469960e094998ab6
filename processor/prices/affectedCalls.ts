import { TollgateError } from '../../src/errors.ts';
import { NO_DIMENSION } from '../../src/ledger.ts';
import { compileOverrides } from '../../src/pricing/overrides.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { boundRows } from '../api/boundRows.ts';
import { coverPeriod } from '../api/coverage.ts';
import { factsSql } from '../api/facts.ts';
import { type EpochMicros, microsOf } from '../api/instant.ts';
import { sqlValues } from '../api/sqlText.ts';
import type { Queries } from '../store/database.ts';

/** What a new price means for calls that are stored: they keep theirs until they are repriced. */
export interface AffectedCalls {
  /** ISO 8601 instants; null: no end that way. */
  readonly from: string | null;
  readonly to: string | null;
  /** Charged calls of the provider and model that start within; null where the store cannot say at once. */
  readonly calls: number | null;
}

/** Before and after every call that can be stored. */
const FIRST: EpochMicros = 0n;
const LAST: EpochMicros = 253_370_764_800_000_000n;
/** Names come from senders; those of the most calls are looked at. */
const NAMES_MAX = 10_000;

const noFilters = { dimensions: new Map(), tags: new Map() };

/** Never throws for want of an answer: the price has been set already. */
export async function affectedCalls(queries: Queries, tenant: string, price: WrittenPrice): Promise<AffectedCalls> {
  const { from, to } = price;
  try {
    return { from, to, calls: await countCalls(queries, tenant, price) };
  } catch (fault) {
    if (fault instanceof TollgateError) return { from, to, calls: null };
    throw fault;
  }
}

async function countCalls(queries: Queries, tenant: string, price: WrittenPrice): Promise<number> {
  const [from, to] = [microsOfText(price.from) ?? FIRST, microsOfText(price.to) ?? LAST];
  if (from >= LAST) return 0;
  const segments = coverPeriod(from, to < LAST ? to : LAST, {
    dimensions: new Set(['provider', 'model']),
    singleCalls: false,
    detail: 'sums',
    boundaries: [],
  });
  await boundRows(queries, { tenant, filters: noFilters, segments, weight: 1 });
  const sql = sqlValues();
  const keys = [{ dimension: 'provider' }, { dimension: 'model' }] as const;
  const facts = factsSql(tenant, segments, { keys, seen: false, starts: null }, noFilters, sql);
  const rows = await queries.query<{ provider: string; model: string; calls: string }>(
    `select d0 as provider, d1 as model, sum(calls) as calls from (${facts}) as fact
group by d0, d1 having sum(calls) > 0 order by calls desc limit ${NAMES_MAX}`,
    sql.values,
  );
  const always = compileOverrides([[{ ...price, from: null, to: null }]]);
  return rows
    .filter(({ provider, model }) => always.find({ provider: nameOf(provider), model: nameOf(model) }, 0) !== null)
    .reduce((sum, { calls }) => sum + Number(calls), 0);
}

function nameOf(dimension: string): string | null {
  return dimension === NO_DIMENSION ? null : dimension;
}

function microsOfText(instant: string | null): EpochMicros | null {
  return instant === null ? null : microsOf(Date.parse(instant));
}
