import { usePlace } from './router.ts';
import { viewerZone } from './format/times.ts';
import { readPeriodChoice, type PeriodChoice } from './model/periodChoice.ts';

export type { PeriodChoice } from './model/periodChoice.ts';

/** The period of the address: `period=`, or `from=` and `to=`, else 30 days. */
export function usePeriod(): PeriodChoice {
  const { query } = usePlace();
  return readPeriodChoice(query, viewerZone);
}
