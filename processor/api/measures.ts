import { z } from 'zod';
import { summedColumns } from './facts.ts';

/** As `formatInstant` writes it. */
export const instantSchema = z.string().meta({ format: 'date-time' });

/** `bigint` and `numeric` are strings, as `pg` gives them. */
export type SummedRow = Readonly<Record<(typeof summedColumns)[number], string>>;

export const usdSchema = z
  .string()
  .regex(/^-?\d+(\.\d*[1-9])?$/)
  .meta({ description: 'USD, an exact decimal string' });

export const measuresSchema = z.object({
  cost_usd: usdSchema.nullable().meta({ description: 'Null when there are calls and none of them has a price' }),
  calls: z.int(),
  unpriced_calls: z.int(),
  error_calls: z.int(),
  input_tokens: z.number(),
  cache_read_tokens: z.number(),
  cache_write_tokens: z.number(),
  output_tokens: z.number(),
  reasoning_tokens: z.number(),
  total_tokens: z.number().meta({ description: 'input_tokens + output_tokens' }),
});
export type Measures = z.output<typeof measuresSchema>;

/** Drops the zeros that a `numeric` of fixed scale ends in; the digits are never read as a number. */
export function trimUsd(numeric: string): string {
  return numeric.includes('.') ? numeric.replace(/\.?0+$/, '') : numeric;
}

/** Sums of calls of which some are unpriced are known; a sum of unpriced calls alone is not. */
export const COST_UNKNOWN = '(calls > 0 and unpriced_calls = calls)';

export function measuresOf(row: SummedRow): Measures {
  const calls = Number(row.calls);
  const unpricedCalls = Number(row.unpriced_calls);
  const inputTokens = Number(row.input_tokens);
  const outputTokens = Number(row.output_tokens);
  return {
    cost_usd: calls > 0 && unpricedCalls === calls ? null : trimUsd(row.cost_usd),
    calls,
    unpriced_calls: unpricedCalls,
    error_calls: Number(row.error_calls),
    input_tokens: inputTokens,
    cache_read_tokens: Number(row.cache_read_tokens),
    cache_write_tokens: Number(row.cache_write_tokens),
    output_tokens: outputTokens,
    reasoning_tokens: Number(row.reasoning_tokens),
    total_tokens: inputTokens + outputTokens,
  };
}

export const noMeasures: Measures = {
  cost_usd: '0',
  calls: 0,
  unpriced_calls: 0,
  error_calls: 0,
  input_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  output_tokens: 0,
  reasoning_tokens: 0,
  total_tokens: 0,
};

/** `sum(column) as column` for every column, over at least one row or none. */
export const sumsSql = summedColumns.map((column) => `coalesce(sum(${column}), 0) as ${column}`).join(', ');
