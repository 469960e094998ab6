import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Changes, Costs } from '../../answers.ts';
import { StackedBars } from '../../chart/StackedBars.tsx';
import { viewerZone } from '../../format/times.ts';
import { OTHER } from '../../model/cube.ts';
import type { Exploration } from '../../model/exploration.ts';
import { escapeValue } from '../../model/filters.ts';
import { alignBefore } from '../../model/overview.ts';
import { Segments } from '../../parts/Segments.tsx';
import { FaultNote, Waiting } from '../../parts/State.tsx';
import type { PeriodChoice } from '../../period.ts';
import { hrefOf, useQuery } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { useCube } from '../explore/useCube.ts';

const splits = [
  { value: 'model', label: 'Model' },
  { value: 'agent', label: 'Agent' },
  { value: 'user', label: 'User' },
  { value: 'service', label: 'Service' },
];

interface Props {
  readonly period: PeriodChoice;
  readonly changes: Changes | null;
}

/** Spend over time, stacked, with the period before as a short line over each bar. */
export function Spend({ period, changes }: Props): JSX.Element {
  const [asked, setSplit] = useQuery('split', 'model');
  const [isTable, setIsTable] = useState(false);
  const split = splits.find(({ value }) => value === asked)?.value ?? 'model';
  const exploration: Exploration = { by: [split], interval: period.interval, measure: 'cost', filters: [] };
  const { answer, series } = useCube(exploration, period.params);
  const before = useAnswer<Costs>(changes === null ? null : '/api/v1/costs', {
    from: changes?.before.from,
    to: changes?.before.to,
    timezone: viewerZone,
    interval: period.interval,
  });
  const sums = new Map(answer.data?.groups.map((group) => [String(group[split]), group.cost_usd]) ?? []);
  return (
    <section aria-label={`Spend by ${split}`}>
      <div class="section-head">
        <h2>
          Spend by {split}{' '}
          <span class="mut">
            per {period.interval}, {viewerZone}
          </span>
        </h2>
        <div class="section-tools">
          <Segments label="Split by" value={split} options={splits} onChange={setSplit} />
          <button type="button" class="lnk" aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>
            {isTable ? 'Show as chart' : 'Show as table'}
          </button>
        </div>
      </div>
      {answer.fault !== null && <FaultNote fault={answer.fault} at={answer.at} onRetry={answer.reload} />}
      {series === null ? (
        answer.fault === null && <Waiting />
      ) : (
        <StackedBars
          series={series.series}
          starts={series.starts}
          interval={period.interval}
          title={`Spend by ${split}`}
          isUnfinished={period.name !== null}
          before={before.data === null ? null : alignBefore(series.starts.length, before.data.series)}
          beforeSum={before.data?.totals.cost_usd ?? null}
          sumOf={(name) => sums.get(name)}
          linkOf={(name) =>
            name === OTHER ? null : hrefOf('/explore', { by: 'agent,user', [split]: escapeValue(name) })
          }
          asTable={isTable}
        />
      )}
    </section>
  );
}
