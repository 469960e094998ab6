import type { Costs } from '../../answers.ts';
import { type Exploration, groupBy } from '../../model/exploration.ts';
import { type CubePoint, type CubeSeries, SERIES_MAX, seriesOf, sharesOf } from '../../model/cube.ts';
import { filterParams } from '../../model/filters.ts';
import { type Answer, useAnswer } from '../../useAnswer.ts';

interface Cube {
  readonly answer: Answer<Costs>;
  /** Null until there is something to draw. */
  readonly series: CubeSeries | null;
}

/** The dearest groups over time, and what the sum has beyond them. */
export function useCube(exploration: Exploration, period: Readonly<Record<string, string>>): Cube {
  const common = { ...period, ...filterParams(exploration.filters), interval: exploration.interval };
  const by = groupBy(exploration.by);
  const isSplit = exploration.by.length > 0;
  const answer = useAnswer<Costs>(
    '/api/v1/costs',
    { ...common, group_by: isSplit ? by : null, limit: SERIES_MAX },
    { live: true },
  );
  const isMore = answer.data?.next_cursor != null;
  const sum = useAnswer<Costs>(isSplit ? '/api/v1/costs' : null, common, { live: true });
  const { data } = answer;
  // The answer before this one may still be shown: it is drawn as what it is.
  if (data === null || (isMore && sum.data === null)) return { answer, series: null };
  const totals = isMore ? (sum.data?.series as readonly CubePoint[] | undefined) : undefined;
  const series = seriesOf(data.series as readonly CubePoint[], data.group_by, exploration.measure, totals ?? null);
  return { answer, series: exploration.measure === 'share' ? sharesOf(series) : series };
}
