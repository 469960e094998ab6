import type { JSX } from 'preact';
import type { Costs } from '../../answers.ts';
import { StackedBars } from '../../chart/StackedBars.tsx';
import type { Unit } from '../../chart/units.ts';
import { type CubeSeries, groupName, OTHER, sumsOf } from '../../model/cube.ts';
import {
  drillInto,
  type Exploration,
  explorationQuery,
  explorerIntervals,
  type Measure,
} from '../../model/exploration.ts';
import { NONE } from '../../model/filters.ts';
import { hrefOf } from '../../router.ts';

const units: Readonly<Record<Measure, Unit>> = { cost: 'usd', calls: 'count', tokens: 'count', share: 'percent' };

interface Props {
  readonly title: string;
  readonly series: CubeSeries;
  /** The answer that the series was made of. */
  readonly costs: Costs;
  readonly exploration: Exploration;
  readonly isTable: boolean;
}

/** The series of the cube as bars; each leads into its group. */
export function CubeChart({ title, series, costs, exploration, isTable }: Props): JSX.Element {
  const { measure } = exploration;
  const sums = sumsOf(costs.groups, costs.group_by, measure, costs.totals);
  return (
    <StackedBars
      series={series.series}
      starts={series.starts}
      interval={explorerIntervals.find((each) => each === costs.interval) ?? exploration.interval}
      title={title}
      unit={units[measure]}
      asTable={isTable}
      linkOf={(name) => hrefInto(name, costs, exploration)}
      {...(costs.group_by.length === 0 ? {} : { sumOf: (name: string) => sums.get(name) })}
    />
  );
}

/** Every dimension of the group becomes a filter. */
function hrefInto(name: string, { groups, group_by: by }: Costs, exploration: Exploration): string | null {
  const group = groups.find((each) => groupName(each, by) === name);
  if (by.length === 0 || name === OTHER || group === undefined) return null;
  const inside = by.reduce(
    (before, dimension) => drillInto(before, { dimension, value: String(group[dimension] ?? NONE) }),
    exploration,
  );
  return hrefOf('/explore', explorationQuery(inside));
}
