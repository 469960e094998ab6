import { isDeepStrictEqual } from 'node:util';
import { decodeTraces } from '../../../processor/decode/decodeTraces.ts';
import type { LlmCall } from '../../../src/call.ts';
import { readSpan } from '../../../src/dialects/read.ts';
import { wantedKeys } from '../../../src/dialects/wantedKeys.ts';
import { isUsageUnknown, tokenTotals } from '../../../src/usage.ts';
import type { TokenTotals } from '../../../src/usage.ts';
import type { ClientRun, Seen } from '../support/clientRun.ts';

/** What one instrumentation makes of one scenario. */
export interface Verdict {
  /** How the application saw something else than alone; null: the same. */
  readonly change: string | null;
  readonly recorded: string;
  /** A call was billed or failed: there is something to record. */
  readonly isCall: boolean;
  readonly isRight: boolean;
}

/** The calls that the service makes of the spans, whatever vocabulary they are written in. */
const callsOf = (run: ClientRun): LlmCall[] =>
  run.exports.flatMap(({ headers, bytes }) => {
    const encoding = headers['content-type'] === 'application/json' ? 'json' : 'protobuf';
    return decodeTraces(encoding, bytes, wantedKeys).spans.flatMap((span) => {
      const reading = readSpan(span);
      return reading.kind === 'call' ? [reading.call] : [];
    });
  });

/** Streams that the application does not read to their end: the provider never says what they used. */
const isLeft = (scenario: string): boolean => /Break|Abort|NeverRead|ThrowInLoop|Shape|Reset/.test(scenario);
/** Nothing of the answer came with a count, and of a stream that is never read nothing came at all. */
const isUntold = (scenario: string): boolean => /NoUsage|NeverRead/.test(scenario);

export function verdictOf(scenario: string, model: string, plain: ClientRun, run: ClientRun): Verdict {
  const [alone, seen] = [plain.seen[scenario], run.seen[scenario]];
  const change = isDeepStrictEqual(alone, seen) ? null : changeOf(seen, alone?.unhandled.length ?? 0);
  const calls = callsOf(run).filter((call) => call.role === 'call' && (call.requestModel ?? call.model) === model);
  const billed = run.billed.filter(({ requestModel }) => requestModel === model);
  const hasFailed = alone?.error !== undefined || (alone?.unhandled.length ?? 0) > 0;
  const recorded = billed.length > 0 ? recordedAs(calls, billed, scenario) : recordedFree(calls, hasFailed);
  const right = isUntold(scenario) ? ['no tokens', 'estimate', 'usage'] : ['usage', 'estimate', 'error', 'not billed'];
  const isCall = billed.length > 0 || hasFailed;
  return { change, recorded, isCall, isRight: right.includes(recorded) };
}

/** The class of the error it gets instead, where it gets one. */
function changeOf(seen: Seen | undefined, unhandledAlone: number): string {
  const error = seen?.error as { readonly class?: string } | undefined;
  if (seen === undefined || seen.hangs !== undefined) return 'hangs';
  if (seen.unhandled.length !== unhandledAlone) return `${seen.unhandled.length} unhandled of ${unhandledAlone}`;
  return error?.class ?? 'other values';
}

function recordedFree(calls: readonly LlmCall[], hasFailed: boolean): string {
  if (!hasFailed) return calls.length === 0 ? 'not billed' : 'a span, not billed';
  if (calls.length !== 1) return calls.length === 0 ? 'no span' : `${calls.length} spans`;
  return calls[0]?.status === 'error' ? 'error' : 'no error';
}

function recordedAs(calls: readonly LlmCall[], billed: ClientRun['billed'], scenario: string): string {
  if (calls.length === 0) return 'no span';
  if (calls.length !== billed.length) return `${calls.length} spans of ${billed.length}`;
  if (calls.every(({ usage }) => isUsageUnknown(usage)))
    return calls.some(({ status }) => status === 'error') ? 'error' : 'no tokens';
  if (calls.some(({ usageSource }) => usageSource === 'estimate')) return 'estimate';
  const found = sumOf(calls.map(({ usage }) => tokenTotals(usage)));
  const wanted = sumOf(billed.map(totalsOf));
  if (isLeft(scenario) && !isDeepStrictEqual(found, wanted)) return 'estimate';
  if (found.inputTokens !== wanted.inputTokens || found.outputTokens !== wanted.outputTokens) return 'wrong tokens';
  return isDeepStrictEqual(found, wanted) ? 'usage' : 'no parts';
}

const totalsOf = ({ tokens }: ClientRun['billed'][number]): TokenTotals => ({
  inputTokens: tokens.uncached + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h + tokens.audioInput,
  cacheReadTokens: tokens.cacheRead,
  cacheWriteTokens: tokens.cacheWrite5m + tokens.cacheWrite1h,
  outputTokens: tokens.output + tokens.audioOutput,
  reasoningTokens: tokens.reasoning,
});

function sumOf(totals: readonly TokenTotals[]): TokenTotals {
  const sum = (key: keyof TokenTotals): number => totals.reduce((total, each) => total + each[key], 0);
  return {
    inputTokens: sum('inputTokens'),
    cacheReadTokens: sum('cacheReadTokens'),
    cacheWriteTokens: sum('cacheWriteTokens'),
    outputTokens: sum('outputTokens'),
    reasoningTokens: sum('reasoningTokens'),
  };
}
