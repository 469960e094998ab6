import './calls.css';
import type { JSX } from 'preact';
import type { Call, Costs } from '../../answers.ts';
import { callParams, type CallQuestion, isWholeSum, readCallQuestion } from '../../model/callQuestion.ts';
import { Money } from '../../parts/Money.tsx';
import { More } from '../../parts/More.tsx';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import { Table } from '../../parts/Table.tsx';
import { type PeriodChoice, usePeriod } from '../../period.ts';
import { usePlace, useQuery } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { usePages } from '../../usePages.ts';
import { Sheet } from '../Sheet.tsx';
import { Filters } from '../filters/Filters.tsx';
import { useFilters } from '../filters/useFilters.ts';
import { callColumns } from './callColumns.tsx';
import { CallNarrowing } from './CallNarrowing.tsx';

export function CallsView(): JSX.Element {
  const period = usePeriod();
  const { filters, params, change } = useFilters();
  const question = readCallQuestion(usePlace().query);
  const [sort, setSort] = useQuery('sort', '-started_at');
  const pages = usePages<Call>(
    '/api/v1/calls',
    { ...period.params, ...params, ...callParams(question) },
    { live: true },
  );
  return (
    <>
      <CallsHead question={question} period={period} params={params} />
      <div class="tools">
        <CallNarrowing question={question} />
        <Filters filters={filters} onChange={change} />
      </div>
      {pages.fault !== null && <FaultNote fault={pages.fault} at={null} onRetry={pages.reload} />}
      {pages.rows.length === 0 && pages.isLoading && <Waiting />}
      {pages.rows.length === 0 && !pages.isLoading && pages.fault === null && (
        <Empty title="No call is like that">
          <p>There is none in {period.words}. Take a filter away, or choose a longer period above.</p>
        </Empty>
      )}
      {pages.rows.length > 0 && (
        <Sheet isStale={pages.fault !== null || pages.isOld}>
          <div class="calls-list">
            <Table
              caption={`Calls in ${period.words}`}
              columns={callColumns({ withCharge: question.charge !== 'charged' })}
              rows={pages.rows}
              sort={sort}
              onSort={setSort}
              rowKey={(call) => `${call.trace_id}/${call.span_id}/${call.started_at}`}
            />
          </div>
          <More onMore={pages.more} hasMore={pages.hasMore} />
        </Sheet>
      )}
    </>
  );
}

const chargeTitles: Readonly<Record<CallQuestion['charge'], string>> = {
  charged: 'Calls',
  duplicate: 'Copies of calls that are charged elsewhere',
  container: 'Containers: spans that sum or wrap calls',
  pending: 'Calls that wait to be charged',
  all: 'Calls, charged or not',
};

interface HeadProps {
  readonly question: CallQuestion;
  readonly period: PeriodChoice;
  readonly params: Readonly<Record<string, readonly string[]>>;
}

/** The sum over all pages, where the list is one that has a sum. */
function CallsHead({ question, period, params }: HeadProps): JSX.Element {
  const isSummed = isWholeSum(question);
  const { data, isOld } = useAnswer<Costs>(
    isSummed ? '/api/v1/costs' : null,
    { ...period.params, ...params },
    { live: true },
  );
  // The sum of another question is none of this one.
  const totals = isSummed && !isOld ? (data?.totals ?? null) : null;
  return (
    <div class="sheet-head">
      <h1 tabIndex={-1}>{chargeTitles[question.charge]}</h1>
      <p class="lead">
        {totals === null ? (
          period.words.replace(/^./, (letter) => letter.toUpperCase())
        ) : (
          <>
            <Money usd={totals.cost_usd} /> for {totals.calls.toLocaleString('en-US')}{' '}
            {totals.calls === 1 ? 'call' : 'calls'} in {period.words}.
          </>
        )}
      </p>
      {totals !== null && totals.unpriced_calls > 0 && (
        <p class="warn-text">
          {totals.unpriced_calls.toLocaleString('en-US')} of them {totals.unpriced_calls === 1 ? 'has' : 'have'} no
          price and {totals.unpriced_calls === 1 ? 'is' : 'are'} not in the sum.
        </p>
      )}
    </div>
  );
}
