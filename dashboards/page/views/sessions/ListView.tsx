import type { JSX } from 'preact';
import type { Costs, Row } from '../../answers.ts';
import { type ListName, listNames, lists, rowSort, USUAL_SORT } from '../../model/lists.ts';
import { Money } from '../../parts/Money.tsx';
import { More } from '../../parts/More.tsx';
import { Segments } from '../../parts/Segments.tsx';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import { Table } from '../../parts/Table.tsx';
import { usePeriod } from '../../period.ts';
import { hrefOf, navigate, useQuery, withPeriod } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { usePages } from '../../usePages.ts';
import { Sheet } from '../Sheet.tsx';
import { Filters } from '../filters/Filters.tsx';
import { useFilters } from '../filters/useFilters.ts';
import { rowColumns } from './rowColumns.tsx';

/** `/sessions`, `/users`, `/agents`, `/models` and `/runs`: the same list over another dimension. */
export function ListView({ name }: { readonly name: ListName }): JSX.Element {
  const list = lists[name];
  const period = usePeriod();
  const { filters, params, change } = useFilters();
  const [asked, setSort] = useQuery('sort', USUAL_SORT);
  const sort = rowSort(asked);
  const pages = usePages<Row>(`/api/v1/${name}`, { ...period.params, ...params, sort }, { live: true });
  const isEmpty = pages.rows.length === 0;
  return (
    <>
      <ListHead name={name} params={{ ...period.params, ...params }} words={period.words} />
      <div class="list-tools">
        <Segments
          label="List"
          value={name}
          options={listNames.map((value) => ({ value, label: lists[value].title }))}
          onChange={(chosen) => navigate(withPeriod(hrefOf(`/${chosen}`, params)))}
        />
        <Filters filters={filters} onChange={change} />
      </div>
      {pages.fault !== null && <FaultNote fault={pages.fault} at={null} onRetry={pages.reload} />}
      {isEmpty && pages.isLoading && <Waiting />}
      {isEmpty && !pages.isLoading && pages.fault === null && (
        <Empty title={`No ${name} in ${period.words}`}>
          <p>
            {filters.length > 0
              ? 'Take a filter away, or choose a longer period above.'
              : 'Choose a longer period above.'}
          </p>
        </Empty>
      )}
      {!isEmpty && (
        <Sheet isStale={pages.fault !== null || pages.isOld}>
          <Table
            caption={`${list.title} in ${period.words}`}
            columns={rowColumns(name)}
            rows={pages.rows}
            sort={sort}
            onSort={setSort}
            rowKey={({ id }) => id}
          />
          <More onMore={pages.more} hasMore={pages.hasMore} />
        </Sheet>
      )}
    </>
  );
}

interface HeadProps {
  readonly name: ListName;
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  readonly words: string;
}

function ListHead({ name, params, words }: HeadProps): JSX.Element {
  const { data, isOld } = useAnswer<Costs>('/api/v1/costs', params, { live: true });
  return (
    <div class="sheet-head">
      <h1 tabIndex={-1}>{lists[name].title}</h1>
      {data === null || isOld ? (
        // Its line is kept free: what is below must not move when it comes.
        <p class="lead">&nbsp;</p>
      ) : (
        <p class="lead">
          <Money usd={data.totals.cost_usd} /> for {data.totals.calls.toLocaleString('en-US')}{' '}
          {data.totals.calls === 1 ? 'call' : 'calls'} in {words}.
        </p>
      )}
    </div>
  );
}
