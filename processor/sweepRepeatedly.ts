import type { Gate } from './gate/gate.ts';
import { runRounds } from './rounds.ts';

/** A reservation lives at most this much longer than it says. */
const INTERVAL_MS = 1_000;

/** Ends reservations as they expire, from now on: some did while no service ran. A failure is told and the next round tries again. */
export function sweepRepeatedly(
  gate: Pick<Gate, 'sweep'>,
  onFault: (fault: unknown) => void,
  intervalMs = INTERVAL_MS,
): { stop(): Promise<void> } {
  return runRounds(
    async (isStopped) => {
      while (!isStopped() && (await gate.sweep()) > 0);
    },
    { waitMs: () => intervalMs, onFault },
  );
}
