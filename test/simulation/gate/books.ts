import type { Queries } from '../../../processor/store/database.ts';
import type { Budget } from '../../../src/policy/budget.ts';
import { nameOf, type Log } from './log.ts';
import { isInside, textOfKey, windowOf } from './naive/budgets.ts';
import type { Amounts } from './naive/postings.ts';

const FEMTO = '1000000000000000';

interface Stored {
  readonly budget: string;
  readonly key: Readonly<Record<string, string>>;
  readonly at: string | null;
  readonly spent: string;
  readonly reserved: string;
  readonly overrun: string;
  readonly expired_unsettled: string;
  readonly limit: string;
}

/** Counters and, of rolling ones, their buckets as well. */
async function select(database: Queries, tenant: string): Promise<readonly Stored[]> {
  const unit = `case when budget.definition #>> '{limit,usd}' is null then 1 else ${FEMTO} end`;
  const amounts = (from: string): string =>
    ['spent', 'reserved', 'overrun', 'expired_unsettled']
      .map((name) => `trim_scale(${from}.${name} * ${unit})::text as ${name}`)
      .join(', ');
  return database.query<Stored>(
    `
select budget.name as budget, kept.key, case when isfinite(kept.window_start) then (extract(epoch from kept.window_start) * 1000000)::bigint::text end as at,
  ${amounts('kept')}, trim_scale(kept.raised * ${unit})::text as limit
from tollgate_data.counters as kept join tollgate_data.budgets as budget using (budget_id)
where kept.tenant = $1 and kept.rolled_to is null
union all
select budget.name, kept.key, (extract(epoch from bucket.bucket_start) * 1000000)::bigint::text, ${amounts('bucket')}, '0'
from tollgate_data.counters as kept join tollgate_data.budgets as budget using (budget_id)
  join tollgate_data.counter_buckets as bucket on bucket.tenant = kept.tenant and bucket.counter_id = kept.id
where kept.tenant = $1 and kept.rolled_to is not null`,
    [tenant],
  );
}

const isZero = (of: Amounts): boolean =>
  of.spent === 0n && of.reserved === 0n && of.overrun === 0n && of.expired === 0n;

const textOf = (of: Amounts | undefined): string =>
  of === undefined
    ? 'nothing'
    : `spent ${of.spent} reserved ${of.reserved} overrun ${of.overrun} expired ${of.expired}`;

/** What the counters say differently than the log; empty where they agree. */
export async function countersDiffer(database: Queries, tenant: string, log: Log): Promise<readonly string[]> {
  const nowMs = Date.now();
  const found = new Map<string, Amounts>();
  for (const row of await select(database, tenant)) {
    const budget = log.budgets.get(row.budget)?.budget;
    if (budget === undefined) return [`a counter of ${row.budget}, which is no budget`];
    const window = row.at === null ? '' : windowOf(budget, Number(row.at));
    const amounts = {
      spent: BigInt(row.spent),
      reserved: BigInt(row.reserved),
      overrun: BigInt(row.overrun),
      expired: BigInt(row.expired_unsettled),
    };
    const name = nameOf(budget, textOfKey(row.key), window);
    if (found.has(name)) return [`two counters ${name}`];
    found.set(name, amounts);
  }
  const expected = log.counters();
  const differences: string[] = [];
  for (const { budget } of log.budgets.values()) {
    const names = new Set([...expected.keys(), ...found.keys()].filter((name) => name.startsWith(`${budget.name} `)));
    for (const name of names) {
      if (budget.window.kind === 'rolling' && !isInside(budget, name.slice(name.lastIndexOf(' ')), nowMs)) continue;
      const [naive, stored] = [expected.get(name), found.get(name)];
      if ((naive === undefined || isZero(naive)) && (stored === undefined || isZero(stored))) continue;
      if (textOf(naive) !== textOf(stored))
        differences.push(`${name}: naive ${textOf(naive)}; stored ${textOf(stored)}`);
    }
  }
  return differences;
}

/** In one snapshot: binding counters whose spent + reserved is above the limit by more than is shown as overrun. */
export async function overspent(
  database: Queries,
  tenant: string,
  budgets: readonly Budget[],
): Promise<readonly string[]> {
  const names = budgets
    .filter(({ mode, onExceed }) => mode === 'enforce' && onExceed !== 'warn')
    .map(({ name }) => name);
  const rows = await database.query<{ budget: string; text: string }>(
    `
select budget.name as budget, kept.key::text || ' spent ' || kept.spent || ' reserved ' || kept.reserved || ' overrun ' || kept.overrun || ' limit ' || (budget.definition -> 'limit')::text as text
from tollgate_data.counters as kept join tollgate_data.budgets as budget using (budget_id)
where kept.tenant = $1 and budget.name = any($2) and kept.spent + kept.reserved - kept.overrun > kept.raised
  + coalesce(budget.definition #>> '{limit,usd}', budget.definition #>> '{limit,tokens}', budget.definition #>> '{limit,calls}')::numeric
  + coalesce((select sum(amount) from tollgate_data.budget_raises as raise where raise.tenant = $1 and raise.budget = budget.name), 0)`,
    [tenant, names],
  );
  return rows.map(({ budget, text }) => `${budget} is overspent: ${text}`);
}
