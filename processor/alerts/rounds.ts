export interface Rounds {
  /** The next round comes as soon as the one that runs is over. */
  hasten(): void;
  /** Resolves when no round runs any more. */
  stop(): Promise<void>;
}

/** Runs rounds, never two at a time: the first at once, each of the others `intervalMs` after the end of the one before, or sooner. */
export function runRounds(run: () => Promise<void>, intervalMs: number): Rounds {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let dueMs = Infinity;
  let round: Promise<void> = Promise.resolve();

  /** At the latest: what is to come earlier stays. */
  function wait(ms: number): void {
    const atMs = performance.now() + ms;
    if (isStopped || atMs >= dueMs) return;
    dueMs = atMs;
    clearTimeout(timer);
    timer = setTimeout(() => {
      dueMs = Infinity;
      round = round.then(() => (isStopped ? undefined : run())).finally(() => wait(intervalMs));
    }, ms);
  }

  wait(0);
  return {
    hasten: () => wait(0),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}
