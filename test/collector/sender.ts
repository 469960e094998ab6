import { setTimeout as delay } from 'node:timers/promises';
import { makeCall, postCalls, type ChatCall } from '../support/exports.ts';
import type { SentCalls } from './compare.ts';

const AGAIN_MS = 200;
const TIMEOUT_MS = 10_000;

export interface Sender extends SentCalls {
  /** Sends new calls in one export, again and again until it is acknowledged; false where `isOver` came first. */
  send(calls: number, isOver?: () => boolean): Promise<boolean>;
  /** Exports that had to be sent again. */
  readonly repeated: () => number;
}

/**
 * A plain OTLP sender that never gives up and remembers every acknowledgement. Each call has a token count of its own, so each
 * has a cost of its own; calls of a trace stand in several exports.
 */
export function createSender(otlp: string, firstTokens = 1): Sender {
  const sent = new Map<string, ChatCall>();
  const acknowledged = new Set<string>();
  let repeats = 0;
  let previous: ChatCall | null = null;

  function makeCalls(count: number): ChatCall[] {
    return Array.from({ length: count }, (_, index) => {
      const number = firstTokens + sent.size;
      const shared = index % 2 === 0 ? { traceId: previous?.traceId } : {};
      const call = makeCall({
        ...(shared.traceId === undefined ? {} : { traceId: shared.traceId }),
        startedAtMs: Date.now(),
        agent: `agent-${number % 3}`,
        user: `u${number % 11}`,
        session: `s${number % 17}`,
        inputTokens: number,
        outputTokens: number % 13,
      });
      if (index % 4 === 3) previous = call;
      sent.set(call.spanId, call);
      return call;
    });
  }

  return {
    sent,
    acknowledged,
    repeated: () => repeats,
    send: async (count, isOver = () => false) => {
      const calls = makeCalls(count);
      while (!(await isAcknowledged(otlp, calls))) {
        if (isOver()) return false;
        repeats += 1;
        await delay(AGAIN_MS);
      }
      for (const { spanId } of calls) acknowledged.add(spanId);
      return true;
    },
  };
}

/** 200 and nothing rejected. A connection that breaks leaves open whether it was taken: the same spans go again. */
async function isAcknowledged(otlp: string, calls: readonly ChatCall[]): Promise<boolean> {
  try {
    const response = await Promise.race([postCalls(otlp, calls), delay(TIMEOUT_MS, null, { ref: false })]);
    if (response?.status !== 200) return false;
    const { partialSuccess } = JSON.parse(await response.text()) as {
      partialSuccess?: { rejectedSpans?: string | number };
    };
    return Number(partialSuccess?.rejectedSpans ?? 0) === 0;
  } catch {
    return false;
  }
}
