import { deleteBudget, insertBudget, instant, readBudgetsNamed } from '../gate/budgetRows.ts';
import { advanceEpoch, seizePolicy } from '../gate/policyLock.ts';
import type { Queries } from '../store/database.ts';
import type { ErasedCounts, Erasure } from './erasure.ts';
import type { ErasureRun } from './erasureRun.ts';
import { textWithout } from './withoutUser.ts';

/**
 * Budgets and raises that name the user. First of all, so that what is moved to the other id counts as what the id counted. Nobody
 * posts meanwhile, for some milliseconds.
 */
export async function erasePolicy(run: ErasureRun): Promise<void> {
  await run.commit(async (client) => {
    const nowMicros = await seizePolicy(client);
    const budgets = await eraseBudgets(client, run.erasure, nowMicros);
    const raises = await eraseRaises(client, run.erasure);
    if (budgets + raises > 0) await advanceEpoch(client);
    return { budgets, budget_raises: raises } satisfies ErasedCounts;
  });
}

const budgetsSql = `
select name from tollgate_data.budgets where tenant = $1 and definition -> 'match' ->> 'user' = $2 order by name`;

/**
 * A tenant's budget that is the user's by name. It gets new counters, which begin as empty ones: nothing names the other id yet, and what is
 * moved to it is posted to them, as far back as the budget counts. A glob is not the user's alone, and a budget of the file is changed there.
 */
async function eraseBudgets(client: Queries, { tenant, user, erasedAs }: Erasure, nowMicros: number): Promise<number> {
  const named = await client.query<{ name: string }>(budgetsSql, [tenant, user]);
  const names = named.map(({ name }) => name);
  const found = names.length === 0 ? [] : await readBudgetsNamed(client, names);
  const own = found.filter((inForce) => inForce.tenant === tenant);
  for (const inForce of own) {
    const { budget, countsFromMicros, idleFromMicros } = inForce;
    await deleteBudget(client, inForce);
    const made = { tenant, budget: { ...budget, match: { ...budget.match, user: erasedAs } }, countsFromMicros };
    const id = await insertBudget(client, made, nowMicros);
    await client.query(`update tollgate_data.budgets set idle_from = ${instant('$2')} where budget_id = $1`, [
      id,
      idleFromMicros,
    ]);
  }
  return own.length;
}

interface NamedRaise {
  readonly id: string;
  readonly reason: string | null;
}

/** Raises of the user's counters, those that have ended among them. */
async function eraseRaises(client: Queries, { tenant, user, erasedAs }: Erasure): Promise<number> {
  const raises = await client.query<NamedRaise>(
    `select id::text as id, reason from tollgate_data.budget_raises where tenant = $1 and key ->> 'user' = $2 order by id for update`,
    [tenant, user],
  );
  for (const { id, reason } of raises) {
    await client.query(
      `update tollgate_data.budget_raises set key = jsonb_set(key, '{user}', to_jsonb($3::text)), reason = $4
where tenant = $1 and id = $2::bigint`,
      [tenant, id, erasedAs, reason === null ? null : textWithout(reason, user, erasedAs)],
    );
  }
  return raises.length;
}
