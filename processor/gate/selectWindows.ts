import { type Column, encodeColumns, namesOf, text, timestamptz, unnestOf } from '../store/columns.ts';
import type { Queries } from '../store/database.ts';

/** From `startMicros` to before `endMicros`. Run, session and rolling windows have neither: both are infinite. */
export interface Window {
  readonly startMicros: number;
  readonly endMicros: number;
}

export type CalendarUnit = 'day' | 'week' | 'month';

interface AskedUnit {
  readonly unit: CalendarUnit;
  readonly timezone: string;
  readonly atMicros: number;
}

const columns: readonly Column<AskedUnit>[] = [
  text('unit', (asked) => asked.unit),
  text('zone', (asked) => asked.timezone),
  timestamptz('at', (asked) => asked.atMicros),
];

/**
 * A window begins where its first local midnight is and ends where the next one's is, so that windows leave no gap and never
 * overlap. PostgreSQL takes the later of two midnights (Havana, the Azores: clocks go back from one to midnight), so the
 * first time through that hour still belongs to the day before; and a midnight that is skipped is the moment of the change.
 */
const sql = `
with truncated as (
  select unit, zone, at, date_trunc(unit, at at time zone zone) as midnight, ('1 ' || unit)::interval as one
  from ${unnestOf(columns)} as given (${namesOf(columns)})
), begun as (
  select unit, zone, one, case when midnight at time zone zone > at then midnight - one else midnight end as midnight
  from truncated
)
select distinct unit, zone, (extract(epoch from midnight at time zone zone) * 1000000)::bigint as start_micros,
  (extract(epoch from (midnight + one) at time zone zone) * 1000000)::bigint as end_micros
from begun`;

export async function selectWindows(
  client: Queries,
  asked: readonly AskedUnit[],
): Promise<readonly (Window & Omit<AskedUnit, 'atMicros'>)[]> {
  const rows = await client.query<{ unit: CalendarUnit; zone: string; start_micros: string; end_micros: string }>(
    sql,
    encodeColumns(columns, asked),
  );
  return rows.map(({ unit, zone, start_micros, end_micros }) => ({
    unit,
    timezone: zone,
    startMicros: Number(start_micros),
    endMicros: Number(end_micros),
  }));
}
