export interface Rounds {
  /** The next round comes as soon as the one that runs is over. */
  hasten(): void;
  /** Resolves when no round runs any more. */
  stop(): Promise<void>;
}

export interface RoundsParts {
  /** Until the first round; by default it comes at once. */
  readonly firstMs?: number;
  /** From the end of a round to the next one. */
  readonly waitMs: () => number;
  /** Told of a round that failed, unless it was being stopped; the next one tries again. */
  readonly onFault: (fault: unknown) => void;
}

/** Runs rounds again and again, never two at a time. */
export function runRounds(
  run: (isStopped: () => boolean) => Promise<void>,
  { firstMs = 0, waitMs, onFault }: RoundsParts,
): Rounds {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let dueMs = Infinity;
  let round: Promise<void> = Promise.resolve();

  async function runOnce(): Promise<void> {
    if (isStopped) return;
    try {
      await run(() => isStopped);
    } catch (fault) {
      if (!isStopped) onFault(fault);
    }
    wait(waitMs());
  }

  /** At the latest: what is to come earlier stays. */
  function wait(ms: number): void {
    const atMs = performance.now() + ms;
    if (isStopped || atMs >= dueMs) return;
    dueMs = atMs;
    clearTimeout(timer);
    timer = setTimeout(() => {
      dueMs = Infinity;
      round = round.then(runOnce);
    }, ms);
  }

  wait(firstMs);
  return {
    hasten: () => wait(0),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}
