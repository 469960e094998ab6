import { TollgateError } from '../src/errors.ts';
import type { PricedCall } from '../src/call.ts';
import type { Admitted } from './admit.ts';
import type { DecodedLogs } from './decode/decodedLogs.ts';
import type { DecodedTraces } from './decode/decodedTraces.ts';
import type { Log } from './log.ts';
import type { ConsumeExport } from './receive/consume.ts';
import type { StoreOutcome } from './store/store.ts';
import type { Telemetry } from './telemetry.ts';

export interface PipelineCounts {
  /** The same export, timed, its failure counted. */
  ofExport(consume: ConsumeExport): ConsumeExport;
  countSpans(decoded: DecodedTraces, admitted: Admitted<unknown>): void;
  countLogRecords(decoded: DecodedLogs, admitted: Admitted<unknown>): void;
  /** What became of the calls that were committed, whichever signal told of them. */
  countCalls(priced: readonly PricedCall[], outcome: StoreOutcome): void;
  /** Spans that are no calls and were committed. */
  countPlainSpans(count: number): void;
}

/** A sender with a wrong clock sends every few seconds: one line tells as much as thousands. */
const REJECTED_LOG_INTERVAL_MS = 60_000;

export function createPipelineCounts(telemetry: Telemetry, log: Log, nowMs: () => number): PipelineCounts {
  const logSpans = createRejectionLog('spans', 'spans were rejected', log, nowMs);
  const logRecords = createRejectionLog('logRecords', 'log records were rejected', log, nowMs);

  return {
    ofExport: (consume) => async (request) => {
      const stopTimer = telemetry.exportSeconds.startTimer();
      telemetry.exportsInFlight.inc();
      try {
        return await consume(request);
      } catch (fault) {
        telemetry.exportErrors.inc({ code: fault instanceof TollgateError ? fault.code : 'internal' });
        throw fault;
      } finally {
        telemetry.exportsInFlight.dec();
        stopTimer();
      }
    },
    countSpans({ spans, rejected }, { refused: { too_old: tooOld, closed, in_future: inFuture } }) {
      telemetry.spansReceived.inc(spans.length + rejected.count);
      telemetry.spansRejected.inc({ reason: 'invalid' }, rejected.count);
      telemetry.spansRejected.inc({ reason: 'too_old' }, tooOld);
      telemetry.spansRejected.inc({ reason: 'closed' }, closed);
      telemetry.spansRejected.inc({ reason: 'in_future' }, inFuture);
      logSpans(rejected.count + tooOld + closed + inFuture);
    },
    countLogRecords({ received }, { items, refused: { too_old: tooOld, closed, in_future: inFuture } }) {
      telemetry.logRecordsReceived.inc(received);
      telemetry.logRecordsRead.inc(items.length + tooOld + closed + inFuture);
      telemetry.logRecordsRejected.inc({ reason: 'too_old' }, tooOld);
      telemetry.logRecordsRejected.inc({ reason: 'closed' }, closed);
      telemetry.logRecordsRejected.inc({ reason: 'in_future' }, inFuture);
      logRecords(tooOld + closed + inFuture);
    },
    countCalls(priced, outcome) {
      for (const { price } of priced) {
        if (price.status === 'unpriced') telemetry.callsUnpriced.inc({ reason: price.reason });
      }
      for (const { charge, known } of outcome.calls) {
        if (known) telemetry.callsRepeated.inc();
        else telemetry.callsStored.inc({ charge });
      }
    },
    countPlainSpans(count) {
      telemetry.spansWithoutCall.inc(count);
    },
  };
}

function createRejectionLog(
  what: 'spans' | 'logRecords',
  sentence: string,
  log: Log,
  nowMs: () => number,
): (count: number) => void {
  let loggedAtMs = -Infinity;
  let unlogged = 0;
  return (count) => {
    if (count === 0) return;
    unlogged += count;
    if (nowMs() - loggedAtMs < REJECTED_LOG_INTERVAL_MS) return;
    log.warn({ [what]: unlogged }, `${sentence}; partial_success told the sender why, /metrics counts them`);
    loggedAtMs = nowMs();
    unlogged = 0;
  };
}
