import { z } from 'zod';
import type { Budget, LimitUnit } from '../../src/policy/budget.ts';
import type { BudgetInForce } from '../../src/policy/policy.ts';
import { amountJson } from '../alerts/amountJson.ts';
import { budgetJson as storedJson } from '../gate/budgetSchema.ts';
import { usdSchema } from './measures.ts';

const units = ['usd', 'tokens', 'calls'] as const satisfies readonly LimitUnit[];

const limitSchema = z.object({ usd: usdSchema.optional(), tokens: z.int().optional(), calls: z.int().optional() });

export const budgetDefinitionSchema = z
  .object({
    match: z.record(z.string(), z.string()),
    per: z.array(z.string()),
    window: z.string(),
    timezone: z.string(),
    limit: limitSchema.meta({ description: 'One of the three' }),
    alert_at: z.array(z.int()),
    on_exceed: z.string(),
    downgrade: z.record(z.string(), z.string()),
    unpriced: z.union([z.string(), z.object({ assume: z.object({ usd: usdSchema }) })]),
    lost_calls: z.string(),
    mode: z.string(),
    min_output_tokens: z.int(),
    stop_streams: z.boolean(),
  })
  .meta({ id: 'BudgetDefinition', description: 'A budget without its name: what PUT takes' });

/** As tollgate.yaml writes it. In the database `downgrade` is a list. */
export function definitionJson(budget: Budget): z.output<typeof budgetDefinitionSchema> {
  const stored = storedJson(budget);
  return {
    ...stored,
    match: { ...stored.match },
    per: [...stored.per],
    limit: { ...stored.limit },
    alert_at: [...stored.alert_at],
    downgrade: { ...budget.downgrade },
  };
}

/** `{limit_usd: "50"}`, `{limit_tokens: 1000}`: the unit stands in the name. */
export function amountsJson(unit: LimitUnit, amounts: Readonly<Record<string, bigint | null>>) {
  const fields: Record<string, string | number | null> = {};
  for (const [name, amount] of Object.entries(amounts)) {
    Object.assign(fields, amount === null ? { [`${name}_${unit}`]: null } : amountJson(name, unit, amount));
  }
  return fields;
}

/** The fields of `amountsJson`, of which an answer has those of one unit. */
export function amountFields(names: Readonly<Record<string, string>>): z.ZodRawShape {
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, description]) =>
      units.map((unit) => [
        `${name}_${unit}`,
        (unit === 'usd' ? usdSchema : z.int()).nullable().optional().meta({ description }),
      ]),
    ),
  );
}

/** Those that hold for a tenant: the file's and its own, by name. */
export function budgetsOf(budgets: readonly BudgetInForce[], tenant: string): readonly BudgetInForce[] {
  return budgets
    .filter((inForce) => inForce.tenant === null || inForce.tenant === tenant)
    .toSorted((a, b) => (a.budget.name < b.budget.name ? -1 : 1));
}
