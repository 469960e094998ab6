import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Costs } from '../../answers.ts';
import type { CubeSeries } from '../../model/cube.ts';
import { type Exploration, explorerIntervals, intervalsFor, type Measure, measures } from '../../model/exploration.ts';
import { dimensionWord } from '../../model/filters.ts';
import { Segments } from '../../parts/Segments.tsx';
import { Waiting } from '../../parts/State.tsx';
import { CubeChart } from './CubeChart.tsx';
import { TableSwitch } from './TableSwitch.tsx';

const measureWords: Readonly<Record<Measure, string>> = {
  cost: 'Cost',
  calls: 'Calls',
  tokens: 'Tokens',
  share: 'Share of cost',
};

interface Props {
  readonly exploration: Exploration;
  readonly series: CubeSeries | null;
  readonly costs: Costs;
  readonly lengthMs: number | null;
  readonly zone: string;
  readonly onChange: (changed: Partial<Exploration>) => void;
}

export function OverTime({ exploration, series, costs, lengthMs, zone, onChange }: Props): JSX.Element {
  const { by, measure, interval } = exploration;
  const split = by.length === 0 ? '' : ` by ${by.map((name) => dimensionWord(name).toLowerCase()).join(' and ')}`;
  const [isTable, setIsTable] = useState(false);
  const possible = intervalsFor(lengthMs);
  return (
    <section aria-label="Over time">
      <div class="section-head">
        <h2>
          {measureWords[measure]}
          {split}{' '}
          <span class="mut">
            per {interval}, {zone}
          </span>
        </h2>
        <div class="section-tools">
          <Segments
            label="Measure"
            value={measure}
            options={measures.map((value) => ({ value, label: value }))}
            onChange={(chosen) => onChange({ measure: measures.find((known) => known === chosen) ?? 'cost' })}
          />
          <Segments
            label="Interval"
            value={interval}
            options={possible.map((value) => ({ value, label: value }))}
            onChange={(chosen) => onChange({ interval: explorerIntervals.find((known) => known === chosen) ?? 'day' })}
          />
          <TableSwitch isTable={isTable} onChange={setIsTable} />
        </div>
      </div>
      {series === null ? (
        <Waiting />
      ) : (
        <CubeChart
          title={`${measureWords[measure]}${split}`}
          series={series}
          costs={costs}
          exploration={exploration}
          isTable={isTable}
        />
      )}
    </section>
  );
}
