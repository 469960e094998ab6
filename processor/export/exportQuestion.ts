import type { Filters, GroupKey } from '../api/facts.ts';
import type { Period } from '../api/period.ts';
import { badParameter } from '../api/problem.ts';
import type { Interval } from '../api/timeZone.ts';

export const exportFormats = ['csv', 'jsonl', 'focus'] as const;
type ExportFormat = (typeof exportFormats)[number];

export interface ExportQuestion extends Period {
  readonly tenant: string;
  readonly format: ExportFormat;
  readonly filters: Filters;
  /** Null: nobody said. */
  readonly groupBy: readonly GroupKey[] | null;
  readonly interval: Interval | null;
  /** Where intervals of the cube begin. */
  readonly timezone: string;
}

/** Throws `bad_parameter` for what no file can be made of. */
export function checkExport({ format, interval }: Pick<ExportQuestion, 'format' | 'interval'>): void {
  if (format === 'focus' && interval === 'week') {
    throw badParameter(
      'interval',
      interval,
      'hour, day or month with format=focus: a week may lie in two billing periods',
    );
  }
}
