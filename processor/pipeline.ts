import { readLog } from '../src/dialects/logs/readLog.ts';
import { wantedLogs } from '../src/dialects/logs/wantedLogs.ts';
import { readSpan } from '../src/dialects/read.ts';
import type { FindSource } from '../src/dialects/sources.ts';
import { wantedKeys } from '../src/dialects/wantedKeys.ts';
import type { LlmCall, PricedCall, SpanSkeleton } from '../src/call.ts';
import type { ReceivedLog } from '../src/log.ts';
import type { ReceivedSpan } from '../src/span.ts';
import type { Caller } from './access/caller.ts';
import { admit, explainRefused, type Admitted } from './admit.ts';
import { decodeLogs } from './decode/decodeLogs.ts';
import { decodeTraces } from './decode/decodeTraces.ts';
import type { DecodedLogs } from './decode/decodedLogs.ts';
import type { DecodedTraces } from './decode/decodedTraces.ts';
import type { PipelineCounts } from './pipelineCounts.ts';
import type { Consumers, ExportOutcome } from './receive/consume.ts';
import type { StoreBatch, StoreOutcome } from './store/store.ts';

export interface PipelineParts {
  readonly price: (call: LlmCall) => PricedCall;
  readonly commit: (batch: StoreBatch) => Promise<StoreOutcome>;
  /** What the operator says of single emitters. */
  readonly findSource: FindSource;
  readonly retentionDays: number;
  /** Before this, books are closed whatever `retentionDays` says. */
  readonly closedBeforeMs?: () => number;
  readonly nowMs: () => number;
  readonly counts: PipelineCounts;
}

const nothingClosed = (): number => 0;

/** The first of the two flows, in order: bytes → spans or log records → calls → priced calls → attributed, charged and committed. */
export function createPipeline(parts: PipelineParts): Consumers {
  const { price, commit, findSource, retentionDays, closedBeforeMs = nothingClosed, nowMs, counts } = parts;

  async function book(caller: Caller, spans: readonly SpanSkeleton[], calls: readonly LlmCall[]): Promise<void> {
    const priced = calls.map(price);
    // Attribution needs the ancestors that came before, and charging the copies: both happen in the store's transaction.
    const outcome = await commit({ tenant: caller.tenant, keyAgent: caller.agent, spans, calls: priced });
    counts.countCalls(priced, outcome);
  }

  return {
    traces: counts.ofExport(async ({ caller, encoding, body }) => {
      const decoded = decodeTraces(encoding, body, wantedKeys);
      const admitted = admit(decoded.spans, nowMs(), retentionDays, closedBeforeMs());
      const { spans, calls } = readDialects(admitted.items, findSource);
      await book(caller, spans, calls);
      counts.countSpans(decoded, admitted);
      return outcomeOf(decoded, admitted, retentionDays);
    }),
    logs: counts.ofExport(async ({ caller, encoding, body }) => {
      const decoded = decodeLogs(encoding, body, wantedLogs);
      const admitted = admit(readRecords(decoded.logs, findSource), nowMs(), retentionDays, closedBeforeMs());
      // Most exports of logs are none of ours: they cost the store nothing.
      if (admitted.items.length > 0) await book(caller, [], admitted.items);
      counts.countLogRecords(decoded, admitted);
      return outcomeOf(decoded, admitted, retentionDays);
    }),
  };
}

function outcomeOf(
  { rejected }: DecodedTraces | DecodedLogs,
  admitted: Admitted<unknown>,
  retentionDays: number,
): ExportOutcome {
  const { too_old: tooOld, closed, in_future: inFuture } = admitted.refused;
  return {
    rejected: rejected.count + tooOld + closed + inFuture,
    errorMessage: [...rejected.reasons, ...explainRefused(admitted, retentionDays)].join('; '),
  };
}

/** What is a call stands in `calls` only; of every other span the skeleton is kept. */
function readDialects(
  received: readonly ReceivedSpan[],
  findSource: FindSource,
): { spans: SpanSkeleton[]; calls: LlmCall[] } {
  const spans: SpanSkeleton[] = [];
  const calls: LlmCall[] = [];
  for (const span of received) {
    const read = readSpan(span, findSource);
    if (read.kind === 'call') calls.push(read.call);
    else spans.push(read.skeleton);
  }
  return { spans, calls };
}

function readRecords(received: readonly ReceivedLog[], findSource: FindSource): LlmCall[] {
  return received.flatMap((record) => readLog(record, findSource) ?? []);
}
