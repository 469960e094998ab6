import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Costs } from '../../answers.ts';
import { StackedBars } from '../../chart/StackedBars.tsx';
import { groupName, OTHER, sumsOf } from '../../model/cube.ts';
import { explorerIntervals } from '../../model/exploration.ts';
import { escapeValue, NONE } from '../../model/filters.ts';
import { oneHref } from '../../model/lists.ts';
import { Segments } from '../../parts/Segments.tsx';
import { Waiting } from '../../parts/State.tsx';
import type { PeriodChoice } from '../../period.ts';
import { hrefOf } from '../../router.ts';
import type { Spend, SplitName } from './useSpend.ts';

export const splits: readonly { readonly value: SplitName; readonly label: string }[] = [
  { value: 'model', label: 'Model' },
  { value: 'agent', label: 'Agent' },
  { value: 'user', label: 'User' },
  { value: 'service', label: 'Service' },
];

interface Props {
  readonly spend: Spend;
  readonly by: SplitName;
  readonly onBy: (by: string) => void;
  readonly period: PeriodChoice;
}

export function SpendChart({ spend, by, onBy, period }: Props): JSX.Element {
  const [isTable, setIsTable] = useState(false);
  const { answer, series, before, beforeSum } = spend;
  return (
    <section aria-label="Spend over time">
      <div class="section-head">
        <h2>
          Spend by {by}{' '}
          <span class="mut">
            per {period.interval}, {period.params['timezone']}
          </span>
        </h2>
        <div class="section-tools">
          <Segments label="Split by" value={by} options={splits} onChange={onBy} />
          <button type="button" class="lnk" aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>
            {isTable ? 'Show as a chart' : 'Show as table'}
          </button>
        </div>
      </div>
      {series === null || answer.data === null ? (
        <Waiting />
      ) : (
        <StackedBars
          series={series.series}
          starts={series.starts}
          interval={explorerIntervals.find((each) => each === answer.data?.interval) ?? period.interval}
          title={`Spend by ${by}`}
          before={before}
          beforeSum={beforeSum}
          asTable={isTable}
          linkOf={(name) => hrefInto(by, answer.data, name)}
          sumOf={(name) => sumOf(answer.data, name)}
        />
      )}
    </section>
  );
}

function sumOf(costs: Costs | null, name: string): string | null | undefined {
  return costs === null ? undefined : sumsOf(costs.groups, costs.group_by, 'cost', costs.totals).get(name);
}

/** To the sheet of a model, agent or user; of what has none, to the calls. */
function hrefInto(by: SplitName, costs: Costs | null, name: string): string {
  const group = name === OTHER ? undefined : costs?.groups.find((each) => groupName(each, [by]) === name);
  if (group === undefined) return hrefOf('/explore', { by });
  const id = String(group[by] ?? NONE);
  if (by === 'service') return hrefOf('/explore', { by: 'agent,model', [by]: escapeValue(id) });
  return oneHref(`${by}s`, id);
}
