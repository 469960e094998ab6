import { endOpenCalls } from '../calls/call.ts';
import type { Gate } from './gate.ts';

/** How long a process that has nothing else to do waits for its last settlements; spans settle what is left. */
const NATURAL_END_MS = 2_000;

export function settleAtEnd(gate: Gate): void {
  const { reservations } = gate;
  if (reservations === null) return;
  let gaveUp = false;
  process.on('beforeExit', () => {
    endOpenCalls();
    if (gaveUp || !reservations.hasUnsent) return;
    const hold = setTimeout(() => {
      gaveUp = true;
    }, NATURAL_END_MS);
    void reservations.flush().finally(() => clearTimeout(hold));
  });
}
