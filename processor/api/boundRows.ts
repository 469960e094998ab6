import type { Queries } from '../store/database.ts';
import type { Segment } from './coverage.ts';
import { type Filters, filterConditions, indexedDimensions, segmentConditions } from './facts.ts';
import { sqlValues } from './sqlText.ts';

export interface RowsToRead {
  readonly tenant: string;
  readonly segments: readonly Segment[];
  readonly filters: Filters;
  /** How many times what adding one up takes a row takes here. */
  readonly weight: number;
}

/** Throws `question_too_large` where a question would read more than the store allows; on PostgreSQL its time is bounded instead. */
export async function boundRows(queries: Queries, { tenant, segments, filters, weight }: RowsToRead): Promise<void> {
  const { rowsBound } = queries;
  if (rowsBound === undefined || segments.length === 0) return;
  const max = Math.floor(rowsBound.max / weight);
  const sql = sqlValues();
  const tenantValue = sql.add(tenant);
  const maxValue = sql.add(max + 1);
  const parts = segments.map((segment) => {
    const dimensions = [...filters.dimensions].filter(([dimension]) =>
      indexedDimensions[segment.source].includes(dimension),
    );
    const where = [
      ...segmentConditions(segment, tenantValue, sql),
      ...filterConditions({ dimensions: new Map(dimensions), tags: new Map() }, sql),
    ];
    // The count itself is bounded too: it stops where there is one row too many.
    return `(select 1 from tollgate_data.${segment.source} where ${where.join(' and ')} limit ${maxValue}::bigint)`;
  });
  const [found] = await queries.query<{ rows: number }>(
    `select count(*)::int as rows from (select 1 from (${parts.join(' union all ')}) as part limit ${maxValue}::bigint) as row`,
    sql.values,
  );
  if ((found?.rows ?? 0) > max) throw rowsBound.refuse();
}
