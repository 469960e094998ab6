import { removeStrayCounters } from '../gate/strayCounters.ts';
import { selectPartitionDays } from '../store/statements/selectPartitionDays.ts';
import { beginCounters } from './beginCounters.ts';
import { endCounters } from './endCounters.ts';
import { type ErasureStep, steps } from './erasure.ts';
import { eraseClosedDays } from './eraseClosedDays.ts';
import { erasePolicy } from './erasePolicy.ts';
import { eraseReservations } from './eraseReservations.ts';
import type { ErasureRun } from './erasureRun.ts';
import { eraseTexts } from './eraseTexts.ts';
import { eraseDays } from './eraseTraces.ts';

/** Calls are sent within minutes of their start; an erasure of millions of rows takes some of these. */
const RECENT_MS = 86_400_000;

const doStep: Readonly<Record<ErasureStep, (run: ErasureRun) => Promise<void>>> = {
  async policy(run) {
    await erasePolicy(run);
    await beginCounters(run);
  },
  days: async (run) => eraseDays(run, await daysUntil(run)),
  reservations: eraseReservations,
  /** What came in while the days were looked through. */
  recent: async (run) => {
    const from = new Date(run.erasure.askedAt.getTime() - RECENT_MS).toISOString().slice(0, 10);
    await eraseDays(
      run,
      (await daysUntil(run)).filter((day) => day >= from),
    );
  },
  texts: eraseTexts,
  closed: eraseClosedDays,
  async counters(run) {
    await endCounters(run);
    for await (const _ of removeStrayCounters(run.database));
  },
};

/** Does what is left of an erasure. Throws `ErasureTaken` and `ErasureStopped`; whoever goes on begins with the step that was reached. */
export async function eraseUser(run: ErasureRun): Promise<void> {
  const begun = steps.indexOf(run.erasure.step);
  for (const [place, step] of steps.entries()) {
    if (place < begun) continue;
    if (place > begun) run.goTo(step, null);
    await doStep[step](run);
  }
}

/** The newest first, since budgets' windows are of these days; an erasure that was interrupted begins with the day it was at. */
async function daysUntil(run: ErasureRun): Promise<readonly string[]> {
  const days = await run.ask(selectPartitionDays);
  const { day } = run.erasure;
  return days.filter((each) => day === null || each <= day).toReversed();
}
