import type { JSX } from 'preact';
import type { Call } from '../../answers.ts';
import { formatDuration } from '../../format/numbers.ts';
import { chargeWords } from '../../model/callWords.ts';
import { Count } from '../../parts/Count.tsx';
import { MoneyCell } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import type { Column } from '../../parts/Table.tsx';
import { Time } from '../../parts/Time.tsx';
import { Link } from '../../router.ts';
import { ChargeMark } from '../traces/ChargeMark.tsx';

const inputBuckets = [
  'input_uncached',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'audio_input',
  'cache_read_audio',
  'image_input',
];
const outputBuckets = ['output', 'audio_output', 'image_output'];

/** Null where none of the buckets was reported: that is not 0. */
function tokens(call: Call, buckets: readonly string[]): number | null {
  const reported = buckets.map((bucket) => call.usage[bucket] ?? null).filter((count) => count !== null);
  return reported.length === 0 ? null : reported.reduce((sum, count) => sum + count, 0);
}

function callHref(call: Pick<Call, 'trace_id' | 'span_id'>): string {
  return `/calls/${call.trace_id}/${call.span_id}`;
}

/** The columns of a list of calls; what became of them is told where it is not the same for all. */
export function callColumns({ withCharge }: { readonly withCharge: boolean }): Column<Call>[] {
  return [
    {
      id: 'started_at',
      head: 'Time',
      sortable: true,
      cell: TimeAndMore,
    },
    {
      id: 'agent',
      head: 'Agent',
      hideOnPhone: true,
      cell: (call) => (
        <>
          <Name text={call.agent ?? '(none)'} />
          <ErrorMark call={call} />
        </>
      ),
    },
    { id: 'user', head: 'User', hideOnPhone: true, cell: (call) => <Name text={call.user ?? '(none)'} /> },
    { id: 'model', head: 'Model', hideOnPhone: true, cell: (call) => <Name text={call.model ?? '(none)'} /> },
    ...(withCharge
      ? [
          {
            id: 'charge',
            head: 'Charge',
            hideOnPhone: true,
            cell: (call: Call) => <ChargeMark charge={call.charge} title={chargeWords(call)} />,
          },
        ]
      : []),
    {
      id: 'input_tokens',
      head: 'Tokens in',
      align: 'end',
      sortable: true,
      hideOnPhone: true,
      cell: (call) => <Tokens count={tokens(call, inputBuckets)} />,
    },
    {
      id: 'output_tokens',
      head: 'out',
      align: 'end',
      sortable: true,
      hideOnPhone: true,
      cell: (call) => <Tokens count={tokens(call, outputBuckets)} />,
    },
    {
      id: 'duration_ms',
      head: 'Took',
      align: 'end',
      sortable: true,
      hideOnPhone: true,
      cell: (call) => <span class="nw">{formatDuration(call.duration_ms)}</span>,
    },
    { id: 'cost_usd', head: 'Cost', align: 'end', sortable: true, cell: (call) => <MoneyCell usd={call.cost_usd} /> },
  ];
}

/** On a phone there is no room for a column each. */
function TimeAndMore(call: Call): JSX.Element {
  return (
    <>
      <Link href={callHref(call)} class="nw">
        <Time iso={call.started_at} />
      </Link>
      <span class="only-phone mut">
        <Name text={call.agent ?? '(none)'} />
        <ErrorMark call={call} /> <Name text={call.model ?? '(none)'} />{' '}
        {call.charge !== 'charged' && <ChargeMark charge={call.charge} />}
      </span>
    </>
  );
}

function ErrorMark({ call }: { readonly call: Call }): JSX.Element | null {
  return call.status === 'error' ? <span class="span-error">▲ error</span> : null;
}

function Tokens({ count }: { readonly count: number | null }): JSX.Element {
  return count === null ? <span class="mut">unknown</span> : <Count of={count} />;
}
