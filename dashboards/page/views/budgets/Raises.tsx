import type { JSX } from 'preact';
import type { Page } from '../../answers.ts';
import { send } from '../../client.ts';
import { amountWords } from '../../model/budgetWords.ts';
import { amountOf, keyWords } from '../../model/counterState.ts';
import { ActionFault } from '../../parts/ActionFault.tsx';
import { Button } from '../../parts/Button.tsx';
import { Name } from '../../parts/Name.tsx';
import { FaultNote } from '../../parts/State.tsx';
import { type Column, Table } from '../../parts/Table.tsx';
import { Time } from '../../parts/Time.tsx';
import type { Raise, Unit } from '../../policyAnswers.ts';
import { useAction } from '../../useAction.ts';
import { useAnswer } from '../../useAnswer.ts';
import { budgetPath } from './BudgetRow.tsx';
import { useOnGrowth } from '../../useOnGrowth.ts';

const RAISES_READ = 1_000;

interface Props {
  readonly name: string;
  readonly unit: Unit;
  readonly hasManyCounters: boolean;
  readonly isAllowed: boolean;
  readonly onChanged: () => void;
  /** Grows when something was changed beside it. */
  readonly version: number;
}

/** What holds beyond the limit for a while, and the way to end it early. */
export function Raises({ name, unit, hasManyCounters, isAllowed, onChanged, version }: Props): JSX.Element {
  const path = `${budgetPath(name)}/raises`;
  const { data, fault, at, reload } = useAnswer<Page<Raise>>(path, { limit: RAISES_READ }, { live: true });
  useOnGrowth(version, reload);
  const ending = useAction();
  const end = ({ id }: Raise): void =>
    ending.run(async () => {
      await send('DELETE', `${path}/${encodeURIComponent(id)}`);
      reload();
      onChanged();
    });
  const columns: Column<Raise>[] = [
    { id: 'amount', head: 'Higher by', cell: (raise) => amountWords(unit, amountOf(raise, 'amount', unit)) },
    ...(hasManyCounters
      ? [
          {
            id: 'key',
            head: 'For',
            cell: (raise: Raise) => <Name text={raise.key === null ? 'every counter' : keyWords(raise.key)} />,
          },
        ]
      : []),
    { id: 'ends_at', head: 'Until', cell: (raise) => <Time iso={raise.ends_at} /> },
    { id: 'reason', head: 'Why', hideOnPhone: true, cell: (raise) => <Name text={raise.reason ?? '–'} /> },
    { id: 'by', head: 'By', hideOnPhone: true, cell: (raise) => <Name text={raise.key_name ?? raise.key_id ?? '–'} /> },
    ...(isAllowed
      ? [
          {
            id: 'end',
            head: 'End it',
            isHeadHidden: true,
            align: 'end' as const,
            cell: (raise: Raise) => (
              <Button kind="quiet" disabled={ending.isBusy} onClick={() => end(raise)}>
                End now
              </Button>
            ),
          },
        ]
      : []),
  ];
  const raises = data?.items ?? [];
  return (
    <section aria-busy={data === null && fault === null}>
      <div class="section-head">
        <h2>Raises</h2>
      </div>
      {fault !== null && <FaultNote fault={fault} at={at} onRetry={reload} />}
      <ActionFault fault={ending.fault} />
      {raises.length === 0 ? (
        <p class="mut">{data === null ? 'Reading…' : 'The limit is not raised now.'}</p>
      ) : (
        <Table caption={`Raises of ${name}`} columns={columns} rows={raises} rowKey={({ id }) => id} />
      )}
    </section>
  );
}
