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
import type { FocusRow, ShownCall } from './focusRow.ts';
import { dimensionOf } from './dimensionOf.ts';

/**
 * Rows that are added up at once, some 50 MB. Where a period has more, they are written and begun anew: then a key has two rows,
 * whose sums are right all the same.
 */
const OPEN_ROWS_MAX = 20_000;

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
  yield csvLine(focusColumnNames);
  const open = new Map<string, FocusRow>();
  let period: ChargePeriod = { start: 0n, end: 0n };
  function* writeOpen(): Generator<string> {
    for (const row of open.values()) yield csvLine(focusCells(row, period, question.tenant));
    open.clear();
  }
  for await (const calls of scanCalls(database, question)) {
    for (const call of calls) {
      const startedAt = startOf(call);
      if (startedAt >= period.end || open.size >= openRowsMax) yield* writeOpen();
      if (startedAt >= period.end) period = chargePeriod(interval, startedAt);
      addCall(open, call, question.groupBy);
    }
  }
  yield* writeOpen();
}

function startOf({ started }: CallRow): bigint {
  const startedAt = parseInstant(started);
  if (startedAt === null) throw new Error(`expected the instant of a call, found ${started}`);
  return startedAt;
}

/** The names in the same order each time: rows are told apart by the values. */
function shownOf(call: CallRow): ShownCall {
  const { provider, model, price_source, price_card, price_effective_from, service_tier } = call;
  const { cost_status, unpriced_reason } = call;
  return {
    provider,
    model,
    price_source,
    price_card,
    price_effective_from,
    service_tier,
    cost_status,
    unpriced_reason,
  };
}

function addCall(open: Map<string, FocusRow>, call: CallRow, groupBy: readonly GroupKey[]): void {
  const values = groupBy.map((key) => dimensionOf(call, key));
  const shown = shownOf(call);
  const alike = JSON.stringify([...Object.values(shown), ...values]);
  for (const [at, { kind, quantity, costFemtoUsd, unitPriceFemtoUsd }] of chargesOfCall(call).entries()) {
    const key = `${kind} ${unitPriceFemtoUsd} ${alike}`;
    let row = open.get(key);
    if (row === undefined) {
      const tags = Object.fromEntries(groupBy.map((of, index) => [groupKeyName(of), values[index] ?? '']));
      row = { call: shown, kind, tags, unitPriceFemtoUsd, quantity: 0n, costFemtoUsd: 0n, calls: 0, unpricedCalls: 0 };
      open.set(key, row);
    }
    row.quantity += quantity;
    row.costFemtoUsd += costFemtoUsd;
    row.calls += at === 0 ? 1 : 0;
    row.unpricedCalls += at === 0 && call.cost_usd === null ? 1 : 0;
  }
}
