import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Exploration } from '../../model/exploration.ts';
import { type ListName, lists } from '../../model/lists.ts';
import { FaultNote, Waiting } from '../../parts/State.tsx';
import type { PeriodChoice } from '../../period.ts';
import { CubeChart } from '../explore/CubeChart.tsx';
import { TableSwitch } from '../explore/TableSwitch.tsx';
import { useCube } from '../explore/useCube.ts';

interface Props {
  readonly name: ListName;
  readonly id: string;
  readonly period: PeriodChoice;
}

/** What was spent over time: by model, of a model by agent. */
export function OneSeries({ name, id, period }: Props): JSX.Element {
  const by = name === 'models' ? 'agent' : 'model';
  const exploration: Exploration = {
    by: [by],
    interval: period.interval,
    measure: 'cost',
    filters: [{ dimension: lists[name].dimension, value: id }],
  };
  const [isTable, setIsTable] = useState(false);
  const { answer, series } = useCube(exploration, period.params);
  return (
    <section aria-label={`Cost by ${by}`}>
      <div class="section-head">
        <h2>
          Cost by {by}{' '}
          <span class="mut">
            per {period.interval}, {period.params['timezone'] ?? 'UTC'}
          </span>
        </h2>
        <div class="section-tools">
          <TableSwitch isTable={isTable} onChange={setIsTable} />
        </div>
      </div>
      {answer.fault !== null && <FaultNote fault={answer.fault} at={answer.at} onRetry={answer.reload} />}
      {series === null || answer.data === null ? (
        answer.fault === null && <Waiting />
      ) : (
        <CubeChart
          title={`Cost by ${by}`}
          series={series}
          costs={answer.data}
          exploration={exploration}
          isTable={isTable}
        />
      )}
    </section>
  );
}
