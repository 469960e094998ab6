import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { download, Fault, type Params } from '../../client.ts';
import { type Exploration, groupBy } from '../../model/exploration.ts';
import { filterParams } from '../../model/filters.ts';
import { Button } from '../../parts/Button.tsx';
import { FaultNote } from '../../parts/State.tsx';
import type { PeriodChoice } from '../../period.ts';

const PATH = '/api/v1/export';

interface Props {
  readonly exploration: Exploration;
  readonly period: PeriodChoice;
}

/** The same figures as files: the cube as it is shown, the calls behind it, or FOCUS for billing tools. */
export function Exports({ exploration, period }: Props): JSX.Element {
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [last, setLast] = useState<Params>({});
  const narrowed = { ...period.params, ...filterParams(exploration.filters) };
  const cube = { ...narrowed, format: 'csv', group_by: groupBy(exploration.by), interval: exploration.interval };
  const save = (params: Params): void => {
    setIsBusy(true);
    setFault(null);
    setLast(params);
    download(PATH, params)
      .catch((failure: unknown) => {
        if (!(failure instanceof Fault)) throw failure;
        setFault(failure);
      })
      .finally(() => setIsBusy(false));
  };
  return (
    <section class="exports" aria-label="Export">
      <div class="section-head">
        <h2>
          Export <span class="mut">all rows, not only those shown</span>
        </h2>
      </div>
      <div class="export-buttons">
        {exploration.by.length > 0 && (
          <Button disabled={isBusy} onClick={() => save(cube)}>
            These sums, CSV
          </Button>
        )}
        <Button disabled={isBusy} onClick={() => save({ ...narrowed, format: 'csv' })}>
          Every call, CSV
        </Button>
        <Button disabled={isBusy} onClick={() => save({ ...narrowed, format: 'focus' })}>
          FOCUS 1.2, CSV
        </Button>
        <span aria-live="polite" class="mut">
          {isBusy && 'Preparing the file…'}
        </span>
      </div>
      {fault !== null && <FaultNote fault={fault} at={null} onRetry={() => save(last)} />}
    </section>
  );
}
