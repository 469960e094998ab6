import { readSpan } from '../src/dialects/read.ts';
import { wantedKeys } from '../src/dialects/wantedKeys.ts';
import type { LlmCall, PricedCall, SpanSkeleton } from '../src/call.ts';
import type { ReceivedSpan } from '../src/span.ts';
import { admit, explainRefused } from './admit.ts';
import { decodeTraces } from './decode/decodeTraces.ts';
import type { PipelineCounts } from './pipelineCounts.ts';
import type { ConsumeTraces } from './receive/consume.ts';
import type { StoreBatch, StoreOutcome } from './store/store.ts';

export interface PipelineParts {
  readonly price: (call: LlmCall) => PricedCall;
  readonly commit: (batch: StoreBatch) => Promise<StoreOutcome>;
  readonly retentionDays: number;
  readonly nowMs: () => number;
  readonly counts: PipelineCounts;
}

/** The first of the two flows, in order: bytes → spans → calls → priced calls → attributed, charged and committed. */
export function createPipeline({ price, commit, retentionDays, nowMs, counts }: PipelineParts): ConsumeTraces {
  return counts.ofExport(async ({ caller, encoding, body }) => {
    const decoded = decodeTraces(encoding, body, wantedKeys);
    const admitted = admit(decoded.spans, nowMs(), retentionDays);
    const { spans, calls } = readDialects(admitted.spans);
    const priced = calls.map(price);
    // Attribution needs the ancestors that came before, and charging the copies: both happen in the store's transaction.
    const outcome = await commit({ tenant: caller.tenant, keyAgent: caller.agent, spans, calls: priced });
    counts.count({ decoded, admitted, priced, outcome });
    const refusedSpans = admitted.refused.too_old + admitted.refused.in_future;
    return {
      rejectedSpans: decoded.rejected.count + refusedSpans,
      errorMessage: [...decoded.rejected.reasons, ...explainRefused(admitted, retentionDays)].join('; '),
    };
  });
}

/** What is a call stands in `calls` only; of every other span the skeleton is kept. */
function readDialects(received: readonly ReceivedSpan[]): { spans: SpanSkeleton[]; calls: LlmCall[] } {
  const spans: SpanSkeleton[] = [];
  const calls: LlmCall[] = [];
  for (const span of received) {
    const read = readSpan(span);
    if (read.kind === 'call') calls.push(read.call);
    else spans.push(read.skeleton);
  }
  return { spans, calls };
}
