import { TollgateError } from '../../src/errors.ts';
import type { Budget } from '../../src/policy/budget.ts';
import type { BudgetInForce } from '../../src/policy/policy.ts';
import { type Actor, recordAction } from '../access/auditLog.ts';
import { storableJson } from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { deleteBudget, EVERY_TENANT, insertBudget, instant, readBudgetsNamed, updateDefinition } from './budgetRows.ts';
import { budgetJson } from './budgetSchema.ts';
import { buildCounters } from './build.ts';
import { allParts, countedParts, newCountsFromMicros } from './countedParts.ts';
import { amountText } from './counterRows.ts';
import { advanceEpoch, seizePolicy } from './policyLock.ts';
import type { Windows } from './windows.ts';

/** More limit from `startsMicros` to before `endsMicros`. */
export interface NewRaise {
  /** Which counters; null: all that the tenant has of the budget. */
  readonly key: Readonly<Record<string, string>> | null;
  /** In the budget's unit. */
  readonly amount: bigint;
  readonly startsMicros: number;
  readonly endsMicros: number;
  readonly reason: string | null;
}

const MICROS_A_MS = 1000;
/** Every call is compared with those of its tenant that have no literal value to be found by. */
const BUDGETS_A_TENANT_MAX = 10_000;

/** Inside a transaction of its own. */
export async function putBudget(
  client: Queries,
  windows: Windows,
  { tenant, budget, actor }: { readonly tenant: string; readonly budget: Budget; readonly actor: Actor },
): Promise<{ readonly created: boolean }> {
  const nowMicros = await seizePolicy(client);
  const found = await findBudget(client, tenant, budget.name);
  if (found?.tenant === null) throw readOnly(budget.name);
  const created = found === null;
  if (created) await checkRoom(client, tenant);
  if (found !== null && allParts(found.budget) === allParts(budget)) return { created };
  if (found !== null && countedParts(found.budget) === countedParts(budget)) {
    await updateDefinition(client, { id: found.id, budget }, nowMicros);
  } else {
    if (found !== null) await replaceBudget(client, found, budget, nowMicros);
    await makeBudgets(client, windows, [{ tenant, budget }], nowMicros);
  }
  await advanceEpoch(client);
  const at = new Date(nowMicros / MICROS_A_MS);
  const detail = {
    budget: budget.name,
    before: found === null ? null : budgetJson(found.budget),
    after: budgetJson(budget),
  };
  await recordAction(client, actor, { tenant, name: 'budget.put', detail, at });
  return { created };
}

/** Inside a transaction of its own. */
export async function removeBudget(
  client: Queries,
  { tenant, name, actor }: { readonly tenant: string; readonly name: string; readonly actor: Actor },
): Promise<void> {
  const nowMicros = await seizePolicy(client);
  const found = await findBudget(client, tenant, name);
  if (found === null) throw notFound(name);
  if (found.tenant === null) throw readOnly(name);
  await deleteBudget(client, found);
  await endRaises(client, found, nowMicros);
  await advanceEpoch(client);
  const detail = { budget: name, before: budgetJson(found.budget) };
  await recordAction(client, actor, { tenant, name: 'budget.delete', detail, at: new Date(nowMicros / MICROS_A_MS) });
}

/** Inside a transaction of its own. */
export async function raiseBudget(
  client: Queries,
  asked: { readonly tenant: string; readonly name: string; readonly raise: NewRaise; readonly actor: Actor },
): Promise<{ readonly id: string }> {
  const { tenant, name, raise, actor } = asked;
  const nowMicros = await seizePolicy(client);
  const found = await findBudget(client, tenant, name);
  if (found === null) throw notFound(name);
  const amount = amountText(found.budget.limit.unit, raise.amount);
  const key = raise.key === null ? null : storableJson(raise.key);
  const at = new Date(nowMicros / MICROS_A_MS);
  const [made] = await client.query<{ id: string }>(
    `insert into tollgate_data.budget_raises
  (tenant, budget, key, amount, starts_at, ends_at, reason, key_id, key_name, created_at)
select $1, $2, $3, $4, ${instant('$5')}, ${instant('$6')}, $7, $8, $9, $10
returning id::text as id`,
    [tenant, name, key, amount, raise.startsMicros, raise.endsMicros, raise.reason, actor.keyId, actor.keyName, at],
  );
  await advanceEpoch(client);
  const [startsAt, endsAt] = [raise.startsMicros, raise.endsMicros].map((micros) => new Date(micros / MICROS_A_MS));
  const { unit } = found.budget.limit;
  const detail = {
    budget: name,
    key: raise.key,
    unit,
    amount,
    starts_at: startsAt,
    ends_at: endsAt,
    reason: raise.reason,
  };
  await recordAction(client, actor, { tenant, name: 'budget.raise', detail, at });
  if (made === undefined) throw new Error(`expected the raise of ${name} to be inserted, found no row`);
  return made;
}

/** Inserts budgets and makes their counters, all of them in one pass over the calls and reservations. */
export async function makeBudgets(
  client: Queries,
  windows: Windows,
  made: readonly Pick<BudgetInForce, 'tenant' | 'budget'>[],
  nowMicros: number,
): Promise<void> {
  const known = await windows.ensure(
    client,
    made.map(({ budget: { window, timezone } }) => ({ window, timezone, atMicros: nowMicros })),
  );
  const inForce: BudgetInForce[] = [];
  for (const { tenant, budget } of made) {
    const countsFromMicros = newCountsFromMicros(budget, known, nowMicros);
    const id = await insertBudget(client, { tenant, budget, countsFromMicros }, nowMicros);
    inForce.push({ id, tenant, budget, countsFromMicros, idleFromMicros: countsFromMicros, raises: [] });
  }
  await buildCounters(client, windows, inForce, nowMicros);
}

/** Its counters are of no use any more. Raises stay where their amount and key mean the same to the budget that takes its place. */
export async function replaceBudget(
  client: Queries,
  found: BudgetInForce,
  budget: Budget,
  nowMicros: number,
): Promise<void> {
  await deleteBudget(client, found);
  const isSameKey = [...found.budget.per].sort().join() === [...budget.per].sort().join();
  if (!isSameKey || found.budget.limit.unit !== budget.limit.unit) await endRaises(client, found, nowMicros);
}

/** A budget made again under this name begins without them. They stay as what was done. */
export async function endRaises(
  client: Queries,
  { tenant, budget: { name } }: BudgetInForce,
  nowMicros: number,
): Promise<void> {
  await client.query(
    `update tollgate_data.budget_raises set ends_at = least(ends_at, ${instant('$3')})
where budget = $2 and ($1 = '${EVERY_TENANT}' or tenant = $1) and ends_at > ${instant('$3')}`,
    [tenant ?? EVERY_TENANT, name, nowMicros],
  );
}

/** The one that holds for a tenant under a name: a budget of the file stands in the way of a tenant's own. */
async function findBudget(client: Queries, tenant: string, name: string): Promise<BudgetInForce | null> {
  const found = await readBudgetsNamed(client, [name]);
  return found.find((each) => each.tenant === null) ?? found.find((each) => each.tenant === tenant) ?? null;
}

async function checkRoom(client: Queries, tenant: string): Promise<void> {
  const [row] = await client.query<{ count: string }>(
    'select count(*) as count from tollgate_data.budgets where tenant = $1',
    [tenant],
  );
  if (Number(row?.count ?? 0) < BUDGETS_A_TENANT_MAX) return;
  throw new TollgateError(
    'conflict',
    `Tenant ${tenant} has ${BUDGETS_A_TENANT_MAX} budgets, the most there may be: remove one first`,
  );
}

function notFound(name: string): TollgateError {
  return new TollgateError('not_found', `There is no budget ${JSON.stringify(name)}`);
}

function readOnly(name: string): TollgateError {
  return new TollgateError(
    'read_only',
    `The budget ${JSON.stringify(name)} stands in the configuration file (budgets:) and is changed there`,
  );
}
