import { formatUsd, parseUsd } from '../src/money.ts';
import { prune } from './gate/prune.ts';
import type { Log } from './log.ts';
import { runRounds } from './rounds.ts';
import type { Database } from './store/database.ts';
import { createPartitions } from './store/partitions.ts';
import { retain, type RetentionStep } from './store/retain.ts';
import type { ClosingBalance } from './store/statements/insertClosingBalances.ts';
import type { Telemetry } from './telemetry.ts';

export interface RetentionWaits {
  readonly firstMs: number;
  readonly intervalMs: number;
  /** After a round that gave way to others. */
  readonly busyMs: number;
}

const DAY_MS = 86_400_000;
const MICROS_A_MILLI = 1_000;

/** A day is over once a day; a start is busy enough with the exports that waited for it. */
const WAITS: RetentionWaits = { firstMs: 60_000, intervalMs: 3_600_000, busyMs: 60_000 };

export interface RetentionParts {
  readonly database: Database;
  readonly retentionDays: number;
  readonly nowMs: () => number;
  readonly telemetry: Pick<Telemetry, 'daysClosed' | 'daysKept' | 'endedRowsDeleted' | 'gateRowsDeleted'>;
  readonly log: Pick<Log, 'info' | 'error'>;
  readonly onFault: (fault: unknown) => void;
  readonly waits?: RetentionWaits;
}

/** Makes the partitions of today and tomorrow, closes days as they pass the retention, and removes what the gate needs no more. A failure is told and the next round tries again. */
export function retainRepeatedly(parts: RetentionParts): { stop(): Promise<void> } {
  const { waits = WAITS } = parts;
  let isBusy = false;
  return runRounds(
    async (isStopped) => {
      isBusy = false;
      isBusy = await runRound(parts, isStopped);
    },
    {
      firstMs: waits.firstMs,
      waitMs: () => (isBusy ? waits.busyMs : waits.intervalMs),
      onFault: parts.onFault,
    },
  );
}

/** Resolves to whether the round gave way to others before its end. */
async function runRound(parts: RetentionParts, isStopped: () => boolean): Promise<boolean> {
  const { database, retentionDays, telemetry, log } = parts;
  const nowMs = await earlierClockMs(parts);
  // A commit makes what it needs too; here it is ready before anybody waits for it, and where nothing arrives for days.
  await createPartitions(database).ensure([nowMs, nowMs + DAY_MS].map((ms) => ms * MICROS_A_MILLI));
  let isBusy = false;
  let kept = 0;
  for await (const step of retain(database, { nowMs, retentionDays })) {
    if (step.kind === 'busy') isBusy = true;
    if (step.kind === 'kept') kept += 1;
    if (step.kind === 'closed') telemetry.daysClosed.inc();
    if (step.kind === 'deleted') telemetry.endedRowsDeleted.inc({ table: step.table }, step.rows);
    tell(step, log);
    if (isStopped()) return false;
  }
  telemetry.daysKept.set(kept);
  for await (const { table, rows } of prune(database)) {
    telemetry.gateRowsDeleted.inc({ table }, rows);
    if (isStopped()) return false;
  }
  return isBusy;
}

/** What is dropped does not come back: a clock that is ahead, here or on the server, must not drop what the other would keep. */
async function earlierClockMs({ database, nowMs }: RetentionParts): Promise<number> {
  const [server] = await database.query<{ ms: string }>(
    'select floor(extract(epoch from clock_timestamp()) * 1000)::text as ms',
  );
  if (server === undefined) throw new Error('expected the time of the server, found no row');
  return Math.min(nowMs(), Number(server.ms));
}

function tell(step: RetentionStep, log: RetentionParts['log']): void {
  if (step.kind === 'closed') {
    const sum = (of: (balance: ClosingBalance) => bigint): bigint =>
      step.balances.reduce((total, balance) => total + of(balance), 0n);
    const totals = {
      tenants: step.balances.length,
      ledgerEntries: String(sum((balance) => BigInt(balance.entry_count))),
      calls: String(sum((balance) => BigInt(balance.calls))),
      costUsd: formatUsd(sum((balance) => parseUsd(balance.cost_usd) ?? 0n)),
    };
    log.info({ day: step.day, ...totals }, 'a day past retention was closed: its sums stay, its rows are dropped');
  } else if (step.kind === 'kept') {
    log.error(
      { day: step.day, differences: step.differences },
      'a day past retention is kept, because its books do not close (tollgate audit)',
    );
  } else if (step.kind === 'deleted' && step.rows > 0) {
    log.info(
      { table: step.table, rows: step.rows },
      'rows about traces that ended before the first day kept were deleted',
    );
  }
}
