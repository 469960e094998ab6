import { audit, type AuditReport } from '../store/audit.ts';
import type { AuditDifference } from '../store/auditDifference.ts';
import type { Cell, CommandContext, CommandResult } from './command.ts';

type Values = Readonly<Record<string, unknown>>;

/** Recomputes every sum from the ledger. Fails where one differs, with each figure that does. */
export async function checkAccounts({ database }: CommandContext): Promise<CommandResult> {
  const report = await audit(database);
  const closed = report.closedDays === 0 ? '' : `, closing balances of ${report.closedDays} days`;
  const scope = `${report.ledgerEntries} ledger entries of ${report.days - report.closedDays} days${closed}${countersIn(report)}`;
  const ok = report.differences.length === 0;
  if (ok) return { ok, lines: [`The books close: ${scope}, no difference.`], table: null, data: report };
  const more = report.isCut ? ', and there may be more' : '';
  return {
    ok,
    lines: [`The books do not close: ${report.differences.length} rows differ${more}. Looked at ${scope}.`],
    table: { columns: ['table', 'row', 'figure', 'expected', 'found'], rows: report.differences.flatMap(toRows) },
    data: report,
  };
}

/** Nothing is said where there is no budget. */
function countersIn({ counters, skippedCounters }: AuditReport): string {
  const skipped = skippedCounters === 0 ? '' : ` (${skippedCounters} more have counted calls of dropped days)`;
  return counters + skippedCounters === 0 ? '' : `, ${counters} counters of budgets${skipped}`;
}

function toRows({ table, key, expected, found }: AuditDifference): Cell[][] {
  const row = Object.entries(key)
    .map(([name, value]) => `${name}=${show(value)}`)
    .join(' ');
  if (expected === null || found === null) {
    return [[table, row, 'the row itself', expected === null ? null : 'there', found === null ? null : 'there']];
  }
  const figures = Object.keys({ ...expected, ...found }).filter((name) => !isSame(expected, found, name));
  return figures.map((figure) => [table, row, figure, show(expected[figure]), show(found[figure])]);
}

function isSame(expected: Values, found: Values, name: string): boolean {
  return show(expected[name]) === show(found[name]);
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
