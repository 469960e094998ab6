import type { CallRow } from '../../api/callJson.ts';
import type { GroupKey } from '../../api/facts.ts';
import { parseInstant } from '../../api/instant.ts';
import { groupKeyName } from '../../api/parameters.ts';
import type { Queries } from '../../store/database.ts';
import { csvLine } from '../csv.ts';
import { checkExport, type ExportQuestion } from '../exportQuestion.ts';
import { scanCalls } from '../scanCalls.ts';
import { chargePeriod, type ChargeInterval, type ChargePeriod } from './chargePeriod.ts';
import { chargesOfCall } from './chargesOfCall.ts';
import { focusCells, focusColumnNames } from './focusColumns.ts';
import type { FocusRow } from './focusRow.ts';
import { dimensionOf } from './dimensionOf.ts';

/**
 * Rows that are added up at once, some 50 MB. Where a period has more, they are written and begun anew: then a key has two rows,
 * whose sums are right all the same.
 */
const OPEN_ROWS_MAX = 50_000;

interface FocusQuestion extends ExportQuestion {
  /** What goes into `Tags`. */
  readonly groupBy: readonly GroupKey[];
}

/** Charges by FOCUS, period by period: calls come by start, so that a period is complete when the next begins. */
export async function* focusLines(
  database: Queries,
  question: FocusQuestion,
  openRowsMax: number = OPEN_ROWS_MAX,
): AsyncGenerator<string> {
  checkExport(question);
  const interval = (question.interval ?? 'hour') as ChargeInterval;
  const write = (rows: Map<string, FocusRow>, of: ChargePeriod): string[] => {
    const lines = [...rows.values()].map((row) => csvLine(focusCells(row, of, question.tenant)));
    rows.clear();
    return lines;
  };
  yield csvLine(focusColumnNames);
  const open = new Map<string, FocusRow>();
  let period: ChargePeriod = { start: 0n, end: 0n };
  for await (const calls of scanCalls(database, question)) {
    for (const call of calls) {
      const startedAt = startOf(call);
      if (startedAt >= period.end || open.size >= openRowsMax) yield* write(open, period);
      if (startedAt >= period.end) period = chargePeriod(interval, startedAt);
      addCall(open, call, question.groupBy);
    }
  }
  yield* write(open, period);
}

function startOf({ started }: CallRow): bigint {
  const startedAt = parseInstant(started);
  if (startedAt === null) throw new Error(`expected the instant of a call, found ${started}`);
  return startedAt;
}

function addCall(open: Map<string, FocusRow>, call: CallRow, groupBy: readonly GroupKey[]): void {
  const values = groupBy.map((key) => dimensionOf(call, key));
  const price = [call.price_source, call.price_card, call.price_effective_from, call.service_tier];
  const alike = JSON.stringify([
    call.provider,
    call.model,
    ...price,
    call.cost_status,
    call.unpriced_reason,
    ...values,
  ]);
  for (const [at, { kind, quantity, costFemtoUsd, unitPriceFemtoUsd }] of chargesOfCall(call).entries()) {
    const key = `${kind} ${unitPriceFemtoUsd} ${alike}`;
    let row = open.get(key);
    if (row === undefined) {
      const tags = Object.fromEntries(groupBy.map((of, index) => [groupKeyName(of), values[index] ?? '']));
      row = { call, kind, tags, unitPriceFemtoUsd, quantity: 0n, costFemtoUsd: 0n, calls: 0, unpricedCalls: 0 };
      open.set(key, row);
    }
    row.quantity += quantity;
    row.costFemtoUsd += costFemtoUsd;
    row.calls += at === 0 ? 1 : 0;
    row.unpricedCalls += at === 0 && call.cost_usd === null ? 1 : 0;
  }
}
