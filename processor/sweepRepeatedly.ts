import type { Gate } from './gate/gate.ts';

/** A reservation lives at most this much longer than it says. */
const INTERVAL_MS = 1_000;

/** Ends reservations as they expire, from now on: some did while no service ran. A failure is told and the next round tries again. */
export function sweepRepeatedly(
  gate: Pick<Gate, 'sweep'>,
  onFault: (fault: unknown) => void,
  intervalMs = INTERVAL_MS,
): { stop(): Promise<void> } {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();

  async function sweepAll(): Promise<void> {
    try {
      while (!isStopped && (await gate.sweep()) > 0);
    } catch (fault) {
      if (!isStopped) onFault(fault);
    }
    if (!isStopped) wait(intervalMs);
  }

  function wait(ms: number): void {
    timer = setTimeout(() => {
      round = sweepAll();
    }, ms);
  }

  wait(0);
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}
