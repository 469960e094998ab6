import type { Costs } from '../../answers.ts';
import { type CubePoint, type CubeSeries, figureOf, SERIES_MAX, seriesOf } from '../../model/cube.ts';
import { isBefore, isCutAlike, rangeBefore, underBars } from '../../model/overview.ts';
import type { PeriodChoice } from '../../period.ts';
import { type Answer, useAnswer } from '../../useAnswer.ts';

export type SplitName = 'model' | 'agent' | 'user' | 'service';

export interface Spend {
  /** The dearest groups over time: the one question that the first figures need. */
  readonly answer: Answer<Costs>;
  readonly series: CubeSeries | null;
  /** What each bar was in the period before, once that is known. */
  readonly before: readonly (string | null)[] | null;
  readonly beforeSum: string | null;
}

const path = '/api/v1/costs';

export function useSpend(by: SplitName, period: PeriodChoice): Spend {
  const common = { ...period.params, interval: period.interval };
  const answer = useAnswer<Costs>(path, { ...common, group_by: by, limit: SERIES_MAX }, { live: true });
  const { data } = answer;
  const isMore = data !== null && data.next_cursor !== null;
  const sum = useAnswer<Costs>(isMore ? path : null, common, { live: true });
  const range = data === null ? null : { ...common, period: null, ...rangeBefore(data) };
  const past = useAnswer<Costs>(range === null ? null : path, range ?? {});
  // Without `other` until the sum of the same question is here.
  const totals = isMore && !sum.isOld ? ((sum.data?.series as readonly CubePoint[] | undefined) ?? null) : null;
  const series = data === null ? null : seriesOf(data.series as readonly CubePoint[], data.group_by, 'cost', totals);
  const before = past.data === null || data === null || !isBefore(past.data, data) ? null : past.data;
  const figures = before?.series.map((point) => figureOf(point, 'cost')) ?? null;
  return {
    answer,
    series,
    before:
      data === null || figures === null || series === null || !isCutAlike(data, data.interval)
        ? null
        : underBars(figures, series.starts.length),
    beforeSum: before?.totals.cost_usd ?? null,
  };
}
