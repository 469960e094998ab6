import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Bar } from '../../chart/Bar.tsx';
import { countedCalls } from '../../model/budgetLinks.ts';
import { amountWords, unitOf } from '../../model/budgetWords.ts';
import { amountOf, counterWords, keyWords } from '../../model/counterState.ts';
import { Button } from '../../parts/Button.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import { More } from '../../parts/More.tsx';
import { Name } from '../../parts/Name.tsx';
import { FaultNote, Waiting } from '../../parts/State.tsx';
import { type Column, Table } from '../../parts/Table.tsx';
import type { Budget, Counter } from '../../policyAnswers.ts';
import { hrefOf, Link } from '../../router.ts';
import { budgetPath } from './BudgetRow.tsx';
import { StateWords } from './CounterGauge.tsx';
import { RaiseForm } from './RaiseForm.tsx';
import { useOnGrowth } from '../../useOnGrowth.ts';
import { usePages } from '../../usePages.ts';

interface Props {
  readonly budget: Budget;
  readonly isAllowed: boolean;
  readonly onChanged: () => void;
  /** Grows when something was changed beside it. */
  readonly version: number;
}

/** The counters of a budget that has one for each of something, the fullest first. */
export function Counters({ budget, isAllowed, onChanged, version }: Props): JSX.Element {
  const { name } = budget;
  const pages = usePages<Counter>(`${budgetPath(name)}/status`, {}, { live: true });
  const [raised, setRaised] = useState<Counter | null>(null);
  useOnGrowth(version, pages.reload);
  const isEmpty = pages.rows.length === 0;
  return (
    <section>
      <div class="section-head">
        <h2>
          Counters <span class="mut">of windows that hold now, the fullest first</span>
        </h2>
      </div>
      {pages.fault !== null && <FaultNote fault={pages.fault} at={null} onRetry={pages.reload} />}
      {isEmpty && pages.isLoading && <Waiting />}
      {isEmpty && !pages.isLoading && pages.fault === null && <p class="mut">No call has counted yet.</p>}
      {!isEmpty && (
        <Table
          caption={`Counters of ${name}`}
          columns={counterColumns(budget, isAllowed ? setRaised : null)}
          rows={pages.rows}
          rowKey={({ key }) => JSON.stringify(key)}
        />
      )}
      <More onMore={pages.more} hasMore={pages.hasMore} />
      {raised !== null && (
        <Dialog title={`Raise ${name} for ${keyWords(raised.key)}`} onClose={() => setRaised(null)}>
          <RaiseForm
            budget={budget}
            counter={raised}
            onCancel={() => setRaised(null)}
            onDone={() => {
              setRaised(null);
              onChanged();
            }}
          />
        </Dialog>
      )}
    </section>
  );
}

function counterColumns({ definition }: Budget, onRaise: ((counter: Counter) => void) | null): Column<Counter>[] {
  const unit = unitOf(definition.limit);
  const words = (counter: Counter, name: string): string => amountWords(unit, amountOf(counter, name, unit));
  const stateOf = (counter: Counter): JSX.Element => <StateWords {...counterWords(counter, definition, Date.now())} />;
  return [
    {
      id: 'key',
      head: 'Counter',
      cell: (counter) => (
        <>
          <CounterKey counter={counter} definition={definition} />
          <span class="only-phone">{stateOf(counter)}</span>
        </>
      ),
    },
    {
      id: 'share',
      head: 'Used',
      isHeadHidden: true,
      hideOnPhone: true,
      cell: (counter) => <Bar share={counter.used_share} />,
    },
    {
      id: 'spent',
      head: unit === 'usd' ? 'Spent' : 'Used',
      align: 'end',
      cell: (counter) => (
        <>
          {words(counter, 'spent')}
          <span class="only-phone mut">of {words(counter, 'limit')}</span>
        </>
      ),
    },
    {
      id: 'reserved',
      head: 'Reserved',
      align: 'end',
      hideOnPhone: true,
      cell: (counter) => words(counter, 'reserved'),
    },
    { id: 'limit', head: 'Limit', align: 'end', hideOnPhone: true, cell: (counter) => words(counter, 'limit') },
    { id: 'state', head: 'How it ends', hideOnPhone: true, cell: stateOf },
    ...(onRaise === null
      ? []
      : [
          {
            id: 'raise',
            head: 'Raise it',
            isHeadHidden: true,
            align: 'end' as const,
            cell: (counter: Counter) => (
              <Button kind="quiet" label={`Raise ${keyWords(counter.key)}`} onClick={() => onRaise(counter)}>
                Raise
              </Button>
            ),
          },
        ]),
  ];
}

interface KeyProps {
  readonly counter: Counter;
  readonly definition: Budget['definition'];
}

function CounterKey({ counter, definition }: KeyProps): JSX.Element {
  const calls = countedCalls(definition, counter);
  const name = <Name text={keyWords(counter.key)} />;
  return calls === null ? name : <Link href={hrefOf('/calls', calls)}>{name}</Link>;
}
