import { TollgateError } from '../../src/errors.ts';
import type { Budget, LimitUnit } from '../../src/policy/budget.ts';
import { type BudgetInForce, Policy, type Raise } from '../../src/policy/policy.ts';
import { storableJson } from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { budgetJson, type BudgetResult, readBudget } from './budgetSchema.ts';
import { raiseKey } from './counterPlaces.ts';
import { amountOfText } from './counterRows.ts';

/** The tenant under which a budget of the file stands: it is every tenant's. */
export const EVERY_TENANT = '';

interface BudgetRow {
  readonly tenant: string;
  readonly name: string;
  readonly budget_id: string;
  readonly source: Budget['source'];
  readonly definition: unknown;
  readonly counts_from_micros: string;
  readonly idle_from_micros: string;
}

interface RaiseRow {
  readonly tenant: string;
  readonly budget: string;
  readonly key: Readonly<Record<string, string>> | null;
  readonly amount: string;
  readonly starts_micros: string;
  readonly ends_micros: string;
}

const budgetsSql = `
select tenant, name, budget_id, source, definition, (extract(epoch from counts_from) * 1000000)::bigint as counts_from_micros,
  (extract(epoch from idle_from) * 1000000)::bigint as idle_from_micros
from tollgate_data.budgets`;

const raisesSql = `
select tenant, budget, key, amount, (extract(epoch from starts_at) * 1000000)::bigint as starts_micros,
  (extract(epoch from ends_at) * 1000000)::bigint as ends_micros
from tollgate_data.budget_raises where ends_at > clock_timestamp()
order by tenant, id`;

/** Every budget with the raises that have not ended: those of the file first, then by name. */
export async function readPolicy(client: Queries, epoch: number): Promise<Policy> {
  const rows = await client.query<BudgetRow>(`${budgetsSql} order by tenant, name`);
  const raises = rows.length === 0 ? [] : await client.query<RaiseRow>(raisesSql);
  const byName = new Map<string, RaiseRow[]>();
  for (const raise of raises) {
    const others = byName.get(raise.budget);
    if (others === undefined) byName.set(raise.budget, [raise]);
    else others.push(raise);
  }
  return new Policy(
    epoch,
    rows.map((row) => inForceOf(row, byName.get(row.name) ?? [])),
  );
}

/** Those that have the name: the file's, and every tenant's own. */
export async function readBudgetsNamed(client: Queries, names: readonly string[]): Promise<readonly BudgetInForce[]> {
  const rows = await client.query<BudgetRow>(`${budgetsSql} where name = any ($1::text[]) order by tenant, name`, [
    names,
  ]);
  return rows.map((row) => inForceOf(row, []));
}

export async function readFileBudgets(client: Queries): Promise<readonly BudgetInForce[]> {
  const rows = await client.query<BudgetRow>(`${budgetsSql} where tenant = $1 order by name`, [EVERY_TENANT]);
  return rows.map((row) => inForceOf(row, []));
}

function inForceOf(row: BudgetRow, raises: readonly RaiseRow[]): BudgetInForce {
  const read = readBudget(row.definition, row.name, row.source);
  if (!read.ok) {
    throw new Error(
      `The budget ${row.name} of ${tenantName(row.tenant)} in the store cannot be read: ${problemsText(read.problems)}`,
    );
  }
  const { unit } = read.budget.limit;
  return {
    id: Number(row.budget_id),
    tenant: row.tenant === EVERY_TENANT ? null : row.tenant,
    budget: read.budget,
    countsFromMicros: Number(row.counts_from_micros),
    idleFromMicros: Number(row.idle_from_micros),
    raises: raises
      .filter(({ tenant }) => row.tenant === EVERY_TENANT || row.tenant === tenant)
      .map((raise) => raiseOf(raise, unit)),
  };
}

function raiseOf(row: RaiseRow, unit: LimitUnit): Raise {
  return {
    key: raiseKey(row.tenant, row.key),
    amount: amountOfText(unit, row.amount),
    startsMicros: Number(row.starts_micros),
    endsMicros: Number(row.ends_micros),
  };
}

function tenantName(tenant: string): string {
  return tenant === EVERY_TENANT ? 'the file' : `tenant ${tenant}`;
}

/** Inserts a budget whose counters are still to be made; returns its id. */
export async function insertBudget(
  client: Queries,
  { tenant, budget, countsFromMicros }: Pick<BudgetInForce, 'tenant' | 'budget' | 'countsFromMicros'>,
  nowMicros: number,
): Promise<number> {
  const [row] = await client.query<{ budget_id: string }>(
    `insert into tollgate_data.budgets (tenant, name, source, definition, counts_from, idle_from, changed_at)
select $1, $2, $3, $4, ${instant('$5')}, ${instant('$5')}, ${instant('$6')}
returning budget_id`,
    [tenant ?? EVERY_TENANT, budget.name, budget.source, definitionOf(budget), countsFromMicros, nowMicros],
  );
  if (row === undefined) throw new Error(`expected the budget ${budget.name} to be inserted, found no row`);
  return Number(row.budget_id);
}

/** What it says is another, what it counts is the same. */
export async function updateDefinition(
  client: Queries,
  { id, budget }: Pick<BudgetInForce, 'id' | 'budget'>,
  nowMicros: number,
): Promise<void> {
  await client.query(
    `update tollgate_data.budgets set definition = $2, source = $3, changed_at = ${instant('$4')} where budget_id = $1`,
    [id, definitionOf(budget), budget.source, nowMicros],
  );
}

export async function deleteBudget(client: Queries, { id }: Pick<BudgetInForce, 'id'>): Promise<void> {
  await client.query('delete from tollgate_data.budgets where budget_id = $1', [id]);
}

/** One that could not be read again would stop every tenant's decisions. */
function definitionOf(budget: Budget): string {
  const definition = { ...budgetJson(budget) };
  const read = readBudget(definition, budget.name, budget.source);
  if (!read.ok) throw new TollgateError('bad_parameter', `The budget ${budget.name}: ${problemsText(read.problems)}`);
  return storableJson(definition);
}

function problemsText(problems: Extract<BudgetResult, { ok: false }>['problems']): string {
  return problems.map(({ path, found, expected }) => `${path}: expected ${expected}, found ${found}`).join('; ');
}

/** A parameter in microseconds since 1970 as an instant; exact: the product is a double below 2^53. */
export function instant(parameter: string): string {
  return `(timestamptz 'epoch' + ${parameter}::bigint * interval '1 microsecond')`;
}
