import type { Page } from '../../answers.ts';
import { ask } from '../../client.ts';
import type { Budget } from '../../policyAnswers.ts';

const BUDGETS_READ = 1_000;

/** A budget as it stands now; null where there is none of this name. Throws `Fault`. */
export async function readBudget(name: string): Promise<Budget | null> {
  const { items } = await ask<Page<Budget>>('/api/v1/budgets', { limit: BUDGETS_READ });
  return items.find((budget) => budget.name === name) ?? null;
}
