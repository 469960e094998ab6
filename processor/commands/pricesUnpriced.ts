import { z } from 'zod';
import { readPeriod } from '../api/period.ts';
import { selectUnpriced, type UnpricedModel } from '../prices/unpricedModels.ts';
import { type Cell, type CommandContext, type CommandResult, nameSchema, openPrices, readArgs } from './command.ts';

const LISTED_MAX = 1_000;
const periods = ['24h', '7d', '30d', '90d'] as const;

const argsSchema = z.strictObject({
  tenant: nameSchema,
  period: z.enum(periods, { error: `expected ${periods.join(', ')}` }),
});

/** What the calls without a price name, the most calls first. Not in order where there are any. */
export async function listUnpriced(context: CommandContext, args: unknown): Promise<CommandResult> {
  const { tenant, period } = readArgs(argsSchema, args);
  const { pricing } = await (await openPrices(context)).refresh();
  const { from, to } = readPeriod({ period, timezone: 'UTC' }, context.now());
  const question = { tenant, from, to, after: null, limit: LISTED_MAX };
  const { items, next } = await selectUnpriced(context.database, pricing, question);
  if (items.length === 0) return { ok: true, lines: ['Every charged call has a price.'], table: null, data: items };
  const columns = ['provider', 'model', 'reason', 'calls', 'tokens', 'first seen', 'last seen', 'names like it'];
  const lines = next === null ? [] : [`The ${LISTED_MAX} with the most calls; there are more.`];
  return { ok: false, lines, table: { columns, rows: items.map(toRow) }, data: items };
}

function toRow(of: UnpricedModel): Cell[] {
  const { provider, model, reason, calls, tokens, first_seen, last_seen, suggestions } = of;
  return [provider, model, reason, calls, tokens, first_seen, last_seen, suggestions.join(', ') || null];
}
