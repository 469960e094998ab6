import { z } from 'zod';
import { formatUsd } from '../../src/money.ts';
import type { ModelDifference } from '../reprice/differences.ts';
import { reportJson } from '../reprice/reportJson.ts';
import { readReprice, repriceParts } from '../reprice/repriceSchema.ts';
import type { RepriceReport } from '../reprice/repricing.ts';
import { type Cell, type CommandContext, type CommandResult, nameSchema, readArgs } from './command.ts';

const argsSchema = z.strictObject({ tenant: nameSchema, ...repriceParts, apply: z.boolean() });

/** Nobody in particular: whoever may use the socket or the database. */
const nobody = { keyId: null, keyName: null };

/** Prices stored calls anew; without `apply` it says what would change. */
export async function repriceCalls(context: CommandContext, args: unknown): Promise<CommandResult> {
  const { tenant, apply, ...asked } = readArgs(argsSchema, args);
  const { openRepricing, now, onProgress } = context;
  if (openRepricing === undefined) throw new Error('Nobody said how to open what reprices calls.');
  const request = readReprice(tenant, asked, !apply, now());
  const report = await (await openRepricing()).reprice(request, nobody, onProgress);
  const rows = report.byModel.map(rowOf);
  const columns = ['provider', 'model', 'calls', 'newly priced', 'before USD', 'after USD', 'difference USD'];
  return {
    ok: true,
    lines: [lineOf(report)],
    table: rows.length === 0 ? null : { columns, rows },
    data: reportJson(report),
  };
}

function lineOf({ request: { isDryRun }, examined, restated, total }: RepriceReport): string {
  const delta = formatUsd(total.afterFemtoUsd - total.beforeFemtoUsd);
  if (restated === 0) return `Looked at ${examined} calls: all have the price in force.`;
  const sums = `${total.calls} charged calls, ${delta} USD in all; ${restated} of ${examined} calls that were looked at`;
  return isDryRun
    ? `Would be priced anew: ${sums}. Nothing was changed: --apply books the difference.`
    : `Priced anew and booked: ${sums}.`;
}

function rowOf({ provider, model, calls, newlyPricedCalls, beforeFemtoUsd, afterFemtoUsd }: ModelDifference): Cell[] {
  const usd = [beforeFemtoUsd, afterFemtoUsd, afterFemtoUsd - beforeFemtoUsd].map(formatUsd);
  return [provider, model, calls, newlyPricedCalls, ...usd];
}
