import type { JSX } from 'preact';
import type { Costs, Page } from '../../answers.ts';
import { Bar } from '../../chart/Bar.tsx';
import { toGeometry } from '../../format/money.ts';
import { formatShare } from '../../format/numbers.ts';
import { NONE } from '../../model/filters.ts';
import { type ListName, lists, oneHref } from '../../model/lists.ts';
import { MoneyCell, restDigits } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import { FaultNote } from '../../parts/State.tsx';
import { Table } from '../../parts/Table.tsx';
import type { PeriodChoice } from '../../period.ts';
import { Link } from '../../router.ts';
import { type Answer, useAnswer } from '../../useAnswer.ts';

const SHOWN = 5;

interface Entry {
  readonly id: string;
  readonly cost_usd: string | null;
}

interface Props {
  readonly period: PeriodChoice;
  /** What the shares are of. */
  readonly sum: string | null;
}

/** Who and what costs most. */
export function Tops({ period, sum }: Props): JSX.Element {
  return (
    <div class="tops">
      <CubeTop list="agents" period={period} sum={sum} />
      <CubeTop list="models" period={period} sum={sum} />
      <ListTop list="users" period={period} sum={sum} />
      <ListTop list="sessions" period={period} sum={sum} />
    </div>
  );
}

interface TopProps extends Props {
  readonly list: ListName;
}

/** There are few agents and models: the cube has them at once. */
function CubeTop(props: TopProps): JSX.Element {
  const { dimension } = lists[props.list];
  const answer = useAnswer<Costs>(
    '/api/v1/costs',
    { ...props.period.params, group_by: dimension, limit: SHOWN },
    { live: true },
  );
  const rows = answer.data?.groups.map((group) => ({ id: String(group[dimension] ?? NONE), cost_usd: group.cost_usd }));
  return <Top {...props} answer={answer} rows={rows ?? null} />;
}

function ListTop(props: TopProps): JSX.Element {
  const answer = useAnswer<Page<Entry>>(
    `/api/v1/${props.list}`,
    { ...props.period.params, limit: SHOWN, fields: 'cost_usd' },
    { live: true },
  );
  return <Top {...props} answer={answer} rows={answer.data?.items ?? null} />;
}

interface ShownProps extends TopProps {
  readonly answer: Pick<Answer<unknown>, 'fault' | 'at' | 'reload'>;
  readonly rows: readonly Entry[] | null;
}

function Top({ list, sum, answer, rows }: ShownProps): JSX.Element {
  const { title, one } = lists[list];
  const most = Math.max(...(rows ?? []).map(({ cost_usd: cost }) => toGeometry(cost))) || 1;
  const whole = toGeometry(sum);
  const digits = restDigits((rows ?? []).map(({ cost_usd: cost }) => cost));
  return (
    <section aria-label={`Dearest ${title.toLowerCase()}`} aria-busy={rows === null && answer.fault === null}>
      <h2 class="apart">
        <Link href={`/${list}`}>{title}</Link>
      </h2>
      {answer.fault !== null && <FaultNote fault={answer.fault} at={answer.at} onRetry={answer.reload} />}
      <Table<Entry>
        caption={`The dearest ${title.toLowerCase()}`}
        rows={rows ?? []}
        rowKey={({ id }) => id}
        columns={[
          {
            id: 'id',
            head: one.charAt(0).toUpperCase() + one.slice(1),
            cell: ({ id, cost_usd: cost }) => (
              <>
                <Link href={oneHref(list, id)} class="clip">
                  <Name text={id} />
                </Link>
                <Bar share={toGeometry(cost) / most} />
              </>
            ),
          },
          {
            id: 'cost',
            head: 'Cost',
            align: 'end',
            cell: ({ cost_usd: cost }) => (
              <>
                <MoneyCell usd={cost} digits={digits} />
                <span class="top-share mut">
                  {cost === null || whole === 0 ? ' ' : formatShare(toGeometry(cost) / whole)}
                </span>
              </>
            ),
          },
        ]}
      />
    </section>
  );
}
