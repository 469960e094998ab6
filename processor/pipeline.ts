import { readLog } from '../src/dialects/logs/readLog.ts';
import { readSpan } from '../src/dialects/read.ts';
import type { FindSource } from '../src/dialects/sources.ts';
import type { LlmCall, PricedCall, SpanSkeleton } from '../src/call.ts';
import type { ReceivedLog } from '../src/log.ts';
import type { ReceivedSpan } from '../src/span.ts';
import type { Caller } from './access/caller.ts';
import { admit, explainRefused, type Admitted } from './admit.ts';
import type { DecodedLogs } from './decode/decodedLogs.ts';
import type { DecodedTraces } from './decode/decodedTraces.ts';
import type { AddedAttribute, Additions } from './forward/addedAttribute.ts';
import { callAdditions } from './forward/callAdditions.ts';
import type { ForwardExport } from './forward/forwardExport.ts';
import { type Decoding, plainDecoding } from './jsonThread/decoding.ts';
import type { PipelineCounts } from './pipelineCounts.ts';
import { commitPriced, type PricedParts } from './prices/commitPriced.ts';
import type { Consumers, ExportOutcome } from './receive/consume.ts';
import type { StoredCall } from './store/store.ts';

export interface PipelineParts extends PricedParts {
  /** Default: all on this thread. */
  readonly decoding?: Decoding;
  /** Where spans go on to; null where nobody is configured. */
  readonly forward: ForwardExport | null;
  /** What the operator says of single emitters. */
  readonly findSource: FindSource;
  readonly retentionDays: number;
  /** Before this, books are closed whatever `retentionDays` says. */
  readonly closedBeforeMs?: () => number;
  readonly nowMs: () => number;
  readonly counts: PipelineCounts;
}

const nothingClosed = (): number => 0;

/** The first of the two flows, in order: bytes → spans or log records → calls → priced calls → attributed, charged and committed → on their way. */
export function createPipeline(parts: PipelineParts): Consumers {
  const { forward, findSource, retentionDays, nowMs, counts } = parts;
  const { decoding = plainDecoding, closedBeforeMs = nothingClosed } = parts;

  async function book(
    caller: Caller,
    spans: readonly SpanSkeleton[],
    calls: readonly LlmCall[],
  ): Promise<BookedCall[]> {
    // Attribution needs the ancestors that came before, and charging the copies: both happen in the store's transaction.
    const batch = { tenant: caller.tenant, keyAgent: caller.agent, spans, calls };
    const { priced, outcome } = await commitPriced(parts, batch);
    counts.countCalls(priced, outcome);
    counts.countPlainSpans(spans.length);
    return priced.flatMap((call, index) => {
      const stored = outcome.calls[index];
      return stored === undefined ? [] : [{ call, stored }];
    });
  }

  return {
    traces: counts.ofExport(async ({ caller, encoding, body }) => {
      const decoded = await decoding.traces(encoding, body, caller.tenant);
      caller.quota?.takeSpans(decoded.spans.length + decoded.rejected.count);
      const admitted = admit(decoded.spans, nowMs(), retentionDays, closedBeforeMs());
      const passOn = await forward?.({ caller, encoding, body }, decoded.spans.length + decoded.rejected.count);
      const { spans, calls, spansOfCalls } = readDialects(admitted.items, findSource);
      const booked = await book(caller, spans, calls);
      counts.countSpans(decoded, admitted);
      // After the commit: where nothing more can go on, the sender is asked to come again, and is charged nothing twice.
      await passOn?.(additionsOf(decoded, spansOfCalls, booked));
      return outcomeOf(decoded, admitted, retentionDays);
    }),
    logs: counts.ofExport(async ({ caller, encoding, body }) => {
      const decoded = await decoding.logs(encoding, body, caller.tenant);
      caller.quota?.takeSpans(decoded.received);
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

interface BookedCall {
  readonly call: PricedCall;
  readonly stored: StoredCall;
}

interface ReadSpans {
  readonly spans: SpanSkeleton[];
  readonly calls: LlmCall[];
  /** Of each call, the span it was read from. */
  readonly spansOfCalls: ReceivedSpan[];
}

/** What is a call stands in `calls` only; of every other span the skeleton is kept. */
function readDialects(received: readonly ReceivedSpan[], findSource: FindSource): ReadSpans {
  const spans: SpanSkeleton[] = [];
  const calls: LlmCall[] = [];
  const spansOfCalls: ReceivedSpan[] = [];
  for (const span of received) {
    const read = readSpan(span, findSource);
    if (read.kind === 'call') {
      calls.push(read.call);
      spansOfCalls.push(span);
    } else spans.push(read.skeleton);
  }
  return { spans, calls, spansOfCalls };
}

function additionsOf(
  { spans, ordinals }: DecodedTraces,
  spansOfCalls: readonly ReceivedSpan[],
  booked: readonly BookedCall[],
): Additions {
  const ordinalOf = new Map(spans.map((span, index) => [span, ordinals[index]]));
  const additions = new Map<number, readonly AddedAttribute[]>();
  booked.forEach(({ call, stored }, index) => {
    const span = spansOfCalls[index];
    const ordinal = span === undefined ? undefined : ordinalOf.get(span);
    if (ordinal !== undefined) additions.set(ordinal, callAdditions(call, stored));
  });
  return additions;
}

function readRecords(received: readonly ReceivedLog[], findSource: FindSource): LlmCall[] {
  return received.flatMap((record) => readLog(record, findSource) ?? []);
}
