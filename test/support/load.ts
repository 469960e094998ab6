import fc from 'fast-check';
import { makeCall, postCalls, type ChatCall } from './exports.ts';

export interface Load {
  /** Calls of exports that were answered with 200. */
  readonly acknowledged: ReadonlyMap<string, ChatCall>;
  /** All calls that were sent, answered or not. */
  readonly sent: ReadonlyMap<string, ChatCall>;
  /** Sends fresh exports from several clients at once until `isOver`, or until the service is gone. */
  run(httpBase: string, isOver: () => boolean): Promise<void>;
}

const CLIENTS = 6;
const CALLS_PER_EXPORT_MAX = 20;

/** Each call is new; agents, users, sessions and sizes repeat in an order that the seed gives. */
export function createLoad(seed: number): Load {
  const acknowledged = new Map<string, ChatCall>();
  const sent = new Map<string, ChatCall>();
  const sizes = fc.sample(fc.integer({ min: 1, max: CALLS_PER_EXPORT_MAX }), { seed, numRuns: 1_000 });
  let exports = 0;

  function makeExport(): ChatCall[] {
    exports += 1;
    const size = sizes[exports % sizes.length] ?? 1;
    return Array.from({ length: size }, (_, index) =>
      makeCall({
        agent: `agent-${(exports + index) % 3}`,
        user: `u${(exports * 7 + index) % 11}`,
        session: `s${exports % 17}`,
        inputTokens: (exports * 31 + index) % 5_000,
        outputTokens: (exports * 17 + index) % 700,
      }),
    );
  }

  async function runClient(httpBase: string, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const calls = makeExport();
      for (const call of calls) sent.set(call.spanId, call);
      // A connection cut by the kill: whether these were committed, the store knows.
      const response = await postCalls(httpBase, calls).catch(() => null);
      if (response === null) return;
      const isFull = response.status === 200 && (await response.text().catch(() => null)) === '{}';
      if (isFull) for (const call of calls) acknowledged.set(call.spanId, call);
    }
  }

  return {
    acknowledged,
    sent,
    run: async (httpBase, isOver) => {
      await Promise.all(Array.from({ length: CLIENTS }, () => runClient(httpBase, isOver)));
    },
  };
}
