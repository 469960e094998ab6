import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Exploration, explorationQuery, periodMs, readExploration } from '../../model/exploration.ts';
import { FaultNote, Waiting } from '../../parts/State.tsx';
import { usePeriod } from '../../period.ts';
import { hrefOf, navigate, usePlace, withPeriod } from '../../router.ts';
import { Filters } from '../filters/Filters.tsx';
import { useFilters } from '../filters/useFilters.ts';
import { Sheet } from '../Sheet.tsx';
import { CubeTable } from './CubeTable.tsx';
import { ExploreHead } from './ExploreHead.tsx';
import { Exports } from './Exports.tsx';
import { OverTime } from './OverTime.tsx';
import { SplitBy } from './SplitBy.tsx';
import { useCube } from './useCube.ts';

/** `/explore`: the cost cube by any dimensions, narrowed to any, over time and as a table. The address is the state. */
export function ExploreView(): JSX.Element {
  const period = usePeriod();
  const { query } = usePlace();
  const { filters, change } = useFilters();
  const [openedMs] = useState(() => Date.now());
  const lengthMs = periodMs(period.params, openedMs);
  const exploration = readExploration(query, lengthMs, period.interval, filters);
  const { answer, series } = useCube(exploration, period.params);
  const { data, fault, at, isOld, reload } = answer;
  const go = (changed: Partial<Exploration>): void =>
    navigate(withPeriod(hrefOf('/explore', explorationQuery({ ...exploration, ...changed }))), { replace: true });
  return (
    <>
      <ExploreHead totals={isOld ? null : (data?.totals ?? null)} exploration={exploration} words={period.words} />
      <div class="explore-tools">
        <SplitBy by={exploration.by} onChange={(by) => go({ by })} />
        <Filters filters={filters} onChange={change} />
      </div>
      {fault !== null && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {data === null ? (
        fault === null && <Waiting />
      ) : (
        <Sheet isStale={fault !== null || isOld}>
          <OverTime
            exploration={exploration}
            series={series}
            costs={data}
            lengthMs={lengthMs}
            zone={period.params['timezone'] ?? 'UTC'}
            onChange={go}
          />
          {exploration.by.length > 0 && <CubeTable exploration={exploration} period={period} />}
          <Exports exploration={exploration} period={period} />
        </Sheet>
      )}
    </>
  );
}
