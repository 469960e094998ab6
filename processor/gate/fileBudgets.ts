import type { Budget } from '../../src/policy/budget.ts';
import type { BudgetInForce } from '../../src/policy/policy.ts';
import { type Actor, recordAction } from '../access/auditLog.ts';
import type { Queries } from '../store/database.ts';
import { deleteBudget, EVERY_TENANT, readBudgetsNamed, readFileBudgets, updateDefinition } from './budgetRows.ts';
import { budgetJson } from './budgetSchema.ts';
import { allParts, countedParts } from './countedParts.ts';
import { endRaises, makeBudgets, replaceBudget } from './policyChanges.ts';
import { advanceEpoch, seizePolicy } from './policyLock.ts';
import type { Windows } from './windows.ts';

/** What a start made of the budgets in the database. Names. */
export interface FileSync {
  readonly made: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Tenants' own budgets that one of the file takes the place of. */
  readonly replaced: readonly { readonly tenant: string; readonly name: string }[];
}

const nothing: FileSync = { made: [], changed: [], removed: [], replaced: [] };

/** Nobody named: who may write the file may change its budgets. */
const FILE: Actor = { keyId: null, keyName: null };
const MICROS_A_MS = 1000;

/** Inside a transaction of its own. Replicas share one file: where the database has it already, nothing is held up. */
export async function syncFile(client: Queries, windows: Windows, budgets: readonly Budget[]): Promise<FileSync> {
  if (isSame(await readFileBudgets(client), budgets)) return nothing;
  const nowMicros = await seizePolicy(client);
  const found = await readFileBudgets(client);
  if (isSame(found, budgets)) return nothing;
  const before = new Map(found.map((each) => [each.budget.name, each]));
  const names = budgets.map(({ name }) => name);
  const removed = found.filter(({ budget }) => !names.includes(budget.name));
  const inTheWay = (await readBudgetsNamed(client, names)).filter(({ tenant }) => tenant !== null);
  for (const each of [...removed, ...inTheWay]) {
    await deleteBudget(client, each);
    await endRaises(client, each, nowMicros);
  }
  const made = budgets.filter(({ name }) => !before.has(name));
  const changed = budgets.filter((budget) => isOther(before.get(budget.name), budget));
  const recounted = await changeBudgets(client, before, changed, nowMicros);
  await makeBudgets(
    client,
    windows,
    [...made, ...recounted].map((budget) => ({ tenant: null, budget })),
    nowMicros,
  );
  await advanceEpoch(client);
  await recordAll(client, nowMicros, { before, changed: [...made, ...changed], removed: [...removed, ...inTheWay] });
  const nameOf = ({ name }: Budget): string => name;
  return {
    made: made.map(nameOf),
    changed: changed.map(nameOf),
    removed: removed.map(({ budget }) => budget.name),
    replaced: inTheWay.map(({ tenant, budget }) => ({ tenant: tenant ?? EVERY_TENANT, name: budget.name })),
  };
}

function isSame(found: readonly BudgetInForce[], budgets: readonly Budget[]): boolean {
  const before = new Map(found.map(({ budget }) => [budget.name, allParts(budget)]));
  return before.size === budgets.length && budgets.every((budget) => before.get(budget.name) === allParts(budget));
}

function isOther(found: BudgetInForce | undefined, budget: Budget): boolean {
  return found !== undefined && allParts(found.budget) !== allParts(budget);
}

/** Returns those that need counters of their own, the old ones being gone. */
async function changeBudgets(
  client: Queries,
  before: ReadonlyMap<string, BudgetInForce>,
  changed: readonly Budget[],
  nowMicros: number,
): Promise<readonly Budget[]> {
  const recounted: Budget[] = [];
  for (const budget of changed) {
    const found = before.get(budget.name);
    if (found === undefined) continue;
    if (countedParts(found.budget) === countedParts(budget)) {
      await updateDefinition(client, { id: found.id, budget }, nowMicros);
      continue;
    }
    await replaceBudget(client, found, budget, nowMicros);
    recounted.push(budget);
  }
  return recounted;
}

async function recordAll(
  client: Queries,
  nowMicros: number,
  done: {
    readonly before: ReadonlyMap<string, BudgetInForce>;
    readonly changed: readonly Budget[];
    readonly removed: readonly BudgetInForce[];
  },
): Promise<void> {
  const at = new Date(nowMicros / MICROS_A_MS);
  for (const budget of done.changed) {
    const before = done.before.get(budget.name);
    const detail = {
      budget: budget.name,
      source: 'file',
      before: before === undefined ? null : budgetJson(before.budget),
      after: budgetJson(budget),
    };
    await recordAction(client, FILE, { tenant: EVERY_TENANT, name: 'budget.put', detail, at });
  }
  for (const { tenant, budget } of done.removed) {
    const detail = { budget: budget.name, source: 'file', before: budgetJson(budget) };
    await recordAction(client, FILE, { tenant: tenant ?? EVERY_TENANT, name: 'budget.delete', detail, at });
  }
}
