import type { JSX } from 'preact';
import type { Group, Measures } from '../../answers.ts';
import { Bar } from '../../chart/Bar.tsx';
import { formatShare } from '../../format/numbers.ts';
import { sortGroups } from '../../model/cube.ts';
import { drillInto, type Exploration, explorationQuery, groupBy } from '../../model/exploration.ts';
import { dimensionWord, filterParams, NONE, withFilter } from '../../model/filters.ts';
import { Count } from '../../parts/Count.tsx';
import { MoneyCell } from '../../parts/Money.tsx';
import { More } from '../../parts/More.tsx';
import { Name } from '../../parts/Name.tsx';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import { type Column, Table } from '../../parts/Table.tsx';
import type { PeriodChoice } from '../../period.ts';
import { hrefOf, Link, useQuery } from '../../router.ts';
import { useGroups } from './useGroups.ts';

interface Props {
  readonly exploration: Exploration;
  readonly period: PeriodChoice;
}

/** All measures of each group. The API gives them dearest first; other orders are of the rows that are here. */
export function CubeTable({ exploration, period }: Props): JSX.Element {
  const params = { ...period.params, ...filterParams(exploration.filters), group_by: groupBy(exploration.by) };
  const groups = useGroups(params);
  const [sort, setSort] = useQuery('sort', '-cost_usd');
  const field = sort.replace(/^-/, '');
  const isByCost = sort === '-cost_usd';
  // While the next question is on its way the rows are still by the dimensions of the one before.
  const shown: Exploration = { ...exploration, by: groups.by };
  return (
    <section aria-label="Groups">
      <div class="section-head">
        <h2>
          Groups{' '}
          <span class="mut">
            {groups.hasMore && !isByCost
              ? 'only the dearest that are shown are sorted'
              : 'choose a name to look inside'}
          </span>
        </h2>
      </div>
      {groups.fault !== null && <FaultNote fault={groups.fault} at={null} onRetry={groups.reload} />}
      {groups.rows === null && groups.fault === null && <Waiting />}
      {groups.rows !== null && groups.rows.length === 0 && (
        <Empty title="No call is like that">
          <p>There is none in {period.words}. Take a filter away, or choose a longer period above.</p>
        </Empty>
      )}
      {groups.rows !== null && groups.rows.length > 0 && (
        <>
          <Table
            caption={`Sums in ${period.words}`}
            columns={cubeColumns(shown)}
            rows={isByCost ? groups.rows : sortGroups(groups.rows, field, sort.startsWith('-'))}
            rowKey={(group) => JSON.stringify(shown.by.map((dimension) => group[dimension]))}
            sort={sort}
            onSort={setSort}
          />
          <More onMore={groups.more} hasMore={groups.hasMore} />
        </>
      )}
    </section>
  );
}

function cubeColumns(exploration: Exploration): Column<Group>[] {
  const count = (id: keyof Measures, head: string): Column<Group> => ({
    id,
    head,
    align: 'end',
    sortable: true,
    hideOnPhone: true,
    cell: (group) => <Count of={Number(group[id])} />,
  });
  return [
    ...exploration.by.map((dimension, at) => dimensionColumn(exploration, dimension, at)),
    {
      id: 'calls',
      head: 'Calls',
      align: 'end',
      sortable: true,
      hideOnPhone: true,
      cell: (group) => (
        <Link href={callsOf(exploration, group)} title="See these calls">
          <Count of={group.calls} />
        </Link>
      ),
    },
    { ...count('unpriced_calls', 'No price'), cell: (group) => <Unpriced exploration={exploration} group={group} /> },
    { ...count('error_calls', 'Errors'), cell: (group) => <Few count={group.error_calls} /> },
    count('input_tokens', 'Tokens in'),
    count('cache_read_tokens', 'cached'),
    count('output_tokens', 'out'),
    {
      id: 'share',
      head: 'Share',
      align: 'end',
      sortable: true,
      hideOnPhone: true,
      cell: (group) => <Share group={group} />,
    },
    { id: 'cost_usd', head: 'Cost', align: 'end', sortable: true, cell: (group) => <MoneyCell usd={group.cost_usd} /> },
  ];
}

/** A name leads into its group; on a phone the further names stand below the first. */
function dimensionColumn(exploration: Exploration, dimension: string, at: number): Column<Group> {
  const rest = at === 0 ? exploration.by.slice(1) : [];
  return {
    id: dimension,
    head: dimensionWord(dimension),
    sortable: true,
    hideOnPhone: at > 0,
    cell: (group) => (
      <>
        <Drill exploration={exploration} dimension={dimension} value={String(group[dimension] ?? NONE)} />
        {rest.length > 0 && (
          <span class="only-phone mut">
            {rest.map((other) => (
              <Drill key={other} exploration={exploration} dimension={other} value={String(group[other] ?? NONE)} />
            ))}
          </span>
        )}
      </>
    ),
  };
}

function Drill({
  exploration,
  dimension,
  value,
}: {
  readonly exploration: Exploration;
  readonly dimension: string;
  readonly value: string;
}): JSX.Element {
  return (
    <Link href={hrefOf('/explore', explorationQuery(drillInto(exploration, { dimension, value })))}>
      <Name text={value} />
    </Link>
  );
}

/** The calls behind a row: those of the filters that are also of the group. */
function callsOf(exploration: Exploration, group: Group, narrowed: Readonly<Record<string, string>> = {}): string {
  const filters = exploration.by.reduce(
    (all, dimension) =>
      withFilter(
        all.filter((filter) => filter.dimension !== dimension),
        { dimension, value: String(group[dimension] ?? NONE) },
      ),
    [...exploration.filters],
  );
  return hrefOf('/calls', { ...filterParams(filters), ...narrowed });
}

function Unpriced({ exploration, group }: { readonly exploration: Exploration; readonly group: Group }): JSX.Element {
  if (group.unpriced_calls === 0) return <Few count={0} />;
  return (
    <span class="warn-text">
      <Link href={callsOf(exploration, group, { cost_status: 'unpriced' })}>
        <Count of={group.unpriced_calls} />
      </Link>
    </span>
  );
}

function Few({ count }: { readonly count: number }): JSX.Element {
  return count === 0 ? <span class="mut">0</span> : <Count of={count} />;
}

/** The API rounds a share to six decimals; what cost something is not 0. */
function Share({ group: { share, cost_usd: cost } }: { readonly group: Group }): JSX.Element {
  if (share === null) return <span class="mut">unknown</span>;
  return (
    <span class="share">
      <Bar share={share} /> {formatShare(share === 0 && cost !== '0' ? Number.EPSILON : share)}
    </span>
  );
}
