import { TollgateError } from '../src/errors.ts';
import type { PricedCall } from '../src/call.ts';
import type { Admitted } from './admit.ts';
import type { DecodedTraces } from './decode/decodedTraces.ts';
import type { Log } from './log.ts';
import type { ConsumeTraces } from './receive/consume.ts';
import type { StoreOutcome } from './store/store.ts';
import type { Telemetry } from './telemetry.ts';

/** What the stages made of one export. */
interface ExportResult {
  readonly decoded: DecodedTraces;
  readonly admitted: Admitted;
  readonly priced: readonly PricedCall[];
  readonly outcome: StoreOutcome;
}

export interface PipelineCounts {
  /** The same export, timed, its failure counted. */
  ofExport(consume: ConsumeTraces): ConsumeTraces;
  count(result: ExportResult): void;
}

/** A sender with a wrong clock sends every few seconds: one line tells as much as thousands. */
const REJECTED_LOG_INTERVAL_MS = 60_000;

export function createPipelineCounts(telemetry: Telemetry, log: Log, nowMs: () => number): PipelineCounts {
  let loggedAtMs = -Infinity;
  let unlogged = 0;

  function logRejected(count: number): void {
    if (count === 0) return;
    unlogged += count;
    if (nowMs() - loggedAtMs < REJECTED_LOG_INTERVAL_MS) return;
    log.warn({ spans: unlogged }, 'spans were rejected; partial_success told the sender why, /metrics counts them');
    loggedAtMs = nowMs();
    unlogged = 0;
  }

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
    count({ decoded, admitted, priced, outcome }) {
      const { too_old: tooOld, in_future: inFuture } = admitted.refused;
      telemetry.spansReceived.inc(decoded.spans.length + decoded.rejected.count);
      telemetry.spansRejected.inc({ reason: 'invalid' }, decoded.rejected.count);
      telemetry.spansRejected.inc({ reason: 'too_old' }, tooOld);
      telemetry.spansRejected.inc({ reason: 'in_future' }, inFuture);
      for (const { price } of priced) {
        if (price.status === 'unpriced') telemetry.callsUnpriced.inc({ reason: price.reason });
      }
      for (const { charge, known } of outcome.calls) {
        if (known) telemetry.callsRepeated.inc();
        else telemetry.callsStored.inc({ charge });
      }
      logRejected(decoded.rejected.count + tooOld + inFuture);
    },
  };
}
