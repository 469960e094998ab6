import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { buildDashboard } from './build.ts';
import { bytes, count, perSecond, seconds, type Shown } from './fields.ts';
import { barsPanel, type BuiltPanel, linesPanel, type Place, statPanel, warnAbove } from './panels.ts';
import { instantQuery, prometheus, rangeQuery } from './query.ts';
import { instance, job, prometheusSource } from './variables.ts';

const at = (x: number, y: number, w: number, h: number): Place => ({ x, y, w, h });
const REF_IDS = 'ABCDEFGH';
const OF = 'job=~"$job", instance=~"$instance"';

/** `metric{labels}` of the processes that are chosen. */
const of = (metric: string, labels = ''): string => `${metric}{${labels === '' ? OF : `${OF}, ${labels}`}}`;
const rate = (metric: string, by = '', labels = ''): string =>
  `sum${by === '' ? '' : ` by (${by})`} (rate(${of(metric, labels)}[$__rate_interval]))`;
const increase = (metric: string, by = '', labels = ''): string =>
  `sum${by === '' ? '' : ` by (${by})`} (increase(${of(metric, labels)}[$__range]))`;
const quantile = (share: number, histogram: string): string =>
  `histogram_quantile(${share}, sum by (le) (rate(${of(`${histogram}_bucket`)}[$__rate_interval])))`;

type Query = readonly [legend: string, expr: string];

interface Spec {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly at: Place;
  readonly shown: Shown;
  readonly queries: readonly Query[];
}

const refId = (index: number): string => REF_IDS[index] ?? `Q${index}`;
const ranges = (queries: readonly Query[]) =>
  queries.map(([legend, expr], index) => rangeQuery(expr, legend, refId(index)));

const lines = ({ queries, ...spec }: Spec): BuiltPanel =>
  linesPanel({ ...spec, datasource: prometheus, targets: ranges(queries) });
const bars = ({ queries, ...spec }: Spec): BuiltPanel =>
  barsPanel({ ...spec, datasource: prometheus, targets: ranges(queries) });

const PERCENTILES: readonly (readonly [string, number])[] = [
  ['median', 0.5],
  ['95 of 100', 0.95],
  ['99 of 100', 0.99],
];
const percentiles = (histogram: string): Query[] =>
  PERCENTILES.map(([legend, share]) => [legend, quantile(share, histogram)]);

const numbers: BuiltPanel[] = [
  statPanel({
    id: 1,
    title: 'In the range',
    description:
      'What happened between the begin and the end of the range: faults in Tollgate itself (each has a line in its log), spans it did not take, exports it turned away because too much waited, questions of the API without an answer.',
    at: at(0, 0, 16, 4),
    datasource: prometheus,
    targets: [
      instantQuery(increase('tollgate_faults_total'), 'Faults', 'A'),
      instantQuery(increase('tollgate_spans_rejected_total'), 'Spans rejected', 'B'),
      instantQuery(increase('tollgate_exports_refused_total'), 'Exports refused', 'C'),
      instantQuery(increase('tollgate_questions_refused_total'), 'Questions refused', 'D'),
    ],
    shown: count,
    thresholds: warnAbove(1),
  }),
  statPanel({
    id: 2,
    title: 'Processes',
    description: 'Processes that answer, and by version.',
    at: at(16, 0, 8, 4),
    datasource: prometheus,
    targets: [instantQuery(`count by (version) (${of('tollgate_build_info')})`, '{{version}}', 'A')],
    shown: count,
  }),
];

const ingest: BuiltPanel[] = [
  lines({
    id: 3,
    title: 'Received',
    description: 'Spans and log records in exports that could be decoded, a second.',
    at: at(0, 4, 8, 8),
    shown: perSecond,
    queries: [
      ['spans', rate('tollgate_spans_received_total')],
      ['log records', rate('tollgate_log_records_received_total')],
    ],
  }),
  lines({
    id: 4,
    title: 'Calls stored',
    description: 'LLM calls stored for the first time, by what they are, and those that were there already; a second.',
    at: at(8, 4, 8, 8),
    shown: perSecond,
    queries: [
      ['{{charge}}', rate('tollgate_calls_stored_total', 'charge')],
      ['repeated', rate('tollgate_calls_repeated_total')],
    ],
  }),
  lines({
    id: 5,
    title: 'Not taken',
    description:
      'Spans and log records that were rejected, requests that were refused and exports that failed, by reason; a second.',
    at: at(16, 4, 8, 8),
    shown: perSecond,
    queries: [
      ['span {{reason}}', rate('tollgate_spans_rejected_total', 'reason')],
      ['log record {{reason}}', rate('tollgate_log_records_rejected_total', 'reason')],
      ['request {{code}}', rate('tollgate_refused_requests_total', 'code')],
      ['export {{code}}', rate('tollgate_export_errors_total', 'code')],
      ['export {{reason}}', rate('tollgate_exports_refused_total', 'reason')],
    ],
  }),
  lines({
    id: 6,
    title: 'Export until commit',
    description: 'From the decompressed body of an export to its commit.',
    at: at(0, 12, 8, 8),
    shown: seconds,
    queries: percentiles('tollgate_export_duration_seconds'),
  }),
  lines({
    id: 7,
    title: 'Commit',
    description: 'One transaction that stores exports; those that arrive while one runs go together in the next.',
    at: at(8, 12, 8, 8),
    shown: seconds,
    queries: percentiles('tollgate_commit_duration_seconds'),
  }),
  lines({
    id: 8,
    title: 'Waiting',
    description:
      'Spans that wait to be stored, statements that wait for a connection by what they are for, exports in flight.',
    at: at(16, 12, 8, 8),
    shown: count,
    queries: [
      ['spans', `sum (${of('tollgate_store_queued_spans')})`],
      ['{{share}}', `sum by (share) (${of('tollgate_store_waiting')})`],
      ['exports', `sum (${of('tollgate_exports_in_flight')})`],
    ],
  }),
];

const gate: BuiltPanel[] = [
  bars({
    id: 9,
    title: 'Decisions',
    description: 'Decisions of the gate by effect, a second.',
    at: at(0, 20, 8, 8),
    shown: perSecond,
    queries: [['{{effect}}', rate('tollgate_decisions_total', 'effect')]],
  }),
  lines({
    id: 10,
    title: 'Decision',
    description: 'From the headers of a request for a decision to its answer, the callback included.',
    at: at(8, 20, 8, 8),
    shown: seconds,
    queries: percentiles('tollgate_decision_duration_seconds'),
  }),
  lines({
    id: 11,
    title: 'Settled and lost',
    description: 'Settlements by kind, and reservations that nobody settled in time; a second.',
    at: at(16, 20, 8, 8),
    shown: perSecond,
    queries: [
      ['{{kind}}', rate('tollgate_settlements_total', 'kind')],
      ['expired', rate('tollgate_reservations_expired_total')],
    ],
  }),
];

const outward: BuiltPanel[] = [
  lines({
    id: 12,
    title: 'Calls without a price',
    description: 'LLM calls received whose cost is unknown, by reason; a second.',
    at: at(0, 28, 8, 8),
    shown: perSecond,
    queries: [['{{reason}}', rate('tollgate_calls_unpriced_total', 'reason')]],
  }),
  lines({
    id: 13,
    title: 'Forwarding: waiting longest',
    description:
      'How long the payload that waits longest has been in the queue of forwarding; 0 where none waits or nothing is forwarded.',
    at: at(8, 28, 8, 8),
    shown: seconds,
    queries: [['oldest', `max (${of('tollgate_forward_oldest_seconds')})`]],
  }),
  lines({
    id: 14,
    title: 'Forwarding: spans',
    description: 'Spans that downstream took and spans that were given up, by reason; a second.',
    at: at(16, 28, 8, 8),
    shown: perSecond,
    queries: [
      ['forwarded', rate('tollgate_forward_spans_forwarded_total')],
      ['dropped {{reason}}', rate('tollgate_forward_spans_dropped_total', 'reason')],
    ],
  }),
  lines({
    id: 15,
    title: 'Webhooks and callback',
    description: 'Attempts to deliver an alert and questions to the policy callback, by outcome; a second.',
    at: at(0, 36, 8, 8),
    shown: perSecond,
    queries: [
      ['webhook {{outcome}}', rate('tollgate_webhook_deliveries_total', 'outcome')],
      ['callback {{outcome}}', rate('tollgate_callback_duration_seconds_count', 'outcome')],
    ],
  }),
  lines({
    id: 16,
    title: 'Answers of the API',
    description: 'Responses of the API port by HTTP status, a second.',
    at: at(8, 36, 8, 8),
    shown: perSecond,
    queries: [['{{status}}', rate('tollgate_api_responses_total', 'status')]],
  }),
  lines({
    id: 17,
    title: 'Faults',
    description: 'Faults in Tollgate itself, by part; a second. Each has a line in its log.',
    at: at(16, 36, 8, 8),
    shown: perSecond,
    queries: [['{{part}}', rate('tollgate_faults_total', 'part')]],
  }),
];

const processes: BuiltPanel[] = [
  lines({
    id: 18,
    title: 'Memory',
    description: 'Resident memory of each process.',
    at: at(0, 44, 8, 8),
    shown: bytes,
    queries: [['{{instance}}', of('process_resident_memory_bytes')]],
  }),
  lines({
    id: 19,
    title: 'CPU',
    description: 'Seconds of CPU a second, of each process. One thread does most of the work: near 1 it is busy.',
    at: at(8, 44, 8, 8),
    shown: { unit: 'short' },
    queries: [['{{instance}}', `rate(${of('process_cpu_seconds_total')}[$__rate_interval])`]],
  }),
  lines({
    id: 20,
    title: 'Event loop',
    description: 'How late the 99th of 100 turns of the event loop was, of each process.',
    at: at(16, 44, 8, 8),
    shown: seconds,
    queries: [['{{instance}}', of('nodejs_eventloop_lag_p99_seconds')]],
  }),
];

export const health = (): Dashboard =>
  buildDashboard({
    name: 'health',
    title: 'Tollgate: its own health',
    description:
      'Tollgate itself: what it receives, stores, decides and forwards, how long that takes, and what goes wrong. From /metrics.',
    from: 'now-6h',
    refresh: '30s',
    variables: [prometheusSource, job, instance],
    panels: [...numbers, ...ingest, ...gate, ...outward, ...processes],
  });
