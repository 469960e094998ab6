import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as sql from './agentSql.ts';
import { buildDashboard } from './build.ts';
import { type Column, count, dollars, dollarsOfCall, instant, milliseconds, seconds, share, tokens } from './fields.ts';
import { sessionLinks, toPage, field, traceLinks, userLinks } from './links.ts';
import { barsPanel, type BuiltPanel, linesPanel, type Place, statPanel, tablePanel } from './panels.ts';
import { sqlQuery } from './query.ts';
import { costByName } from './sql.ts';
import { datasource, environment, models, oneAgent, page, period, tenant, user } from './variables.ts';

const at = (x: number, y: number, w: number, h: number): Place => ({ x, y, w, h });

const OF_SINGLE_CALLS = 'Reads single calls: those of the range since the instant at the top.';

const overview: BuiltPanel[] = [
  statPanel({
    id: 1,
    title: '$agent',
    description:
      'Charged calls that this agent made itself; those of agents below it are theirs. Per call is over calls with a price. The range counts in whole UTC hours.',
    at: at(0, 0, 18, 4),
    targets: [sqlQuery(sql.totals, 'table')],
    shown: count,
    columns: [
      { name: 'Spent', shown: dollars },
      { name: 'Per call', shown: dollarsOfCall },
      { name: 'Of all calls', shown: share },
    ],
  }),
  statPanel({
    id: 12,
    title: 'Single calls',
    description:
      'From when on the panels over single calls read them: durations, runs, sessions, dearest and slowest calls, errors, and what is not charged. Where the range has more than 500,000 calls of the tenant, they read its last days alone.',
    at: at(18, 0, 6, 4),
    targets: [sqlQuery(sql.singleCallsSince, 'table')],
    shown: instant,
  }),
  barsPanel({
    id: 2,
    title: 'Spend by model',
    description: 'Cost of its calls: the nine models that cost most in the range, all others together.',
    at: at(0, 4, 12, 9),
    targets: [sqlQuery(costByName('model', sql.ofAgent), 'time_series')],
    shown: dollars,
  }),
  barsPanel({
    id: 3,
    title: 'Calls and errors',
    description: 'Charged calls, those that ended in an error apart.',
    at: at(12, 4, 6, 9),
    targets: [sqlQuery(sql.outcomes, 'time_series')],
    shown: count,
  }),
  linesPanel({
    id: 4,
    title: 'Duration of a call',
    description: `Median, and what 95 of 100 calls do not exceed. ${OF_SINGLE_CALLS}`,
    at: at(18, 4, 6, 9),
    targets: [sqlQuery(sql.durations, 'time_series')],
    shown: milliseconds,
  }),
];

const summaryColumns: Column[] = [
  { name: 'Cost', shown: dollars },
  { name: 'Calls', shown: count },
  { name: 'Unpriced', shown: count },
  { name: 'Errors', shown: count },
  { name: 'Tokens', shown: tokens },
  { name: 'Duration', shown: seconds },
  { name: 'Last call', shown: instant },
];

const summaries: BuiltPanel[] = [
  tablePanel({
    id: 5,
    title: 'Models',
    description: 'What it calls, with the share of its cost.',
    at: at(0, 13, 8, 9),
    targets: [sqlQuery(sql.models, 'table')],
    columns: [
      { name: 'Cost', shown: dollars },
      { name: 'Share', shown: share, isGauge: true },
      { name: 'Calls', shown: count },
      { name: 'Unpriced', shown: count },
      { name: 'Errors', shown: count },
      { name: 'Per call', shown: dollarsOfCall },
    ],
  }),
  tablePanel({
    id: 6,
    title: 'Runs',
    description: `The 50 runs in which its calls of the range cost most; those of other agents are left out. ${OF_SINGLE_CALLS}`,
    at: at(8, 13, 8, 9),
    targets: [sqlQuery(sql.runs, 'table')],
    columns: [
      { name: 'Run', links: [toPage('Run on the page of Tollgate', `/runs/${field('Run')}`)] },
      ...summaryColumns,
    ],
  }),
  tablePanel({
    id: 7,
    title: 'Sessions',
    description: `The 50 sessions in which its calls of the range cost most; those of other agents are left out. ${OF_SINGLE_CALLS}`,
    at: at(16, 13, 8, 9),
    targets: [sqlQuery(sql.sessions, 'table')],
    columns: [{ name: 'Session', links: sessionLinks() }, ...summaryColumns],
  }),
];

const callColumns: Column[] = [
  { name: 'Started', shown: instant, width: 180 },
  { name: 'User', links: userLinks() },
  { name: 'Session', links: sessionLinks() },
  { name: 'Duration', shown: milliseconds },
  { name: 'Cost', shown: dollarsOfCall },
  { name: 'Input', shown: tokens },
  { name: 'Output', shown: tokens },
  { name: 'Trace', links: traceLinks() },
];

const calls: BuiltPanel[] = [
  tablePanel({
    id: 8,
    title: 'Dearest calls',
    description: `The 50 dearest charged calls. Calls without a price come last: they are not the cheapest, nobody knows. ${OF_SINGLE_CALLS}`,
    at: at(0, 22, 24, 9),
    targets: [sqlQuery(sql.dearestCalls, 'table')],
    columns: callColumns,
  }),
  tablePanel({
    id: 9,
    title: 'Slowest calls',
    description: `The 50 charged calls that took longest. ${OF_SINGLE_CALLS}`,
    at: at(0, 31, 24, 9),
    targets: [sqlQuery(sql.slowestCalls, 'table')],
    columns: callColumns,
  }),
  tablePanel({
    id: 10,
    title: 'Errors',
    description: `Charged calls that ended in an error, by model and error.type. ${OF_SINGLE_CALLS}`,
    at: at(0, 40, 12, 8),
    targets: [sqlQuery(sql.errors, 'table')],
    noValue: 'No errors',
    columns: [
      { name: 'Calls', shown: count },
      { name: 'Cost', shown: dollars },
      { name: 'Last call', shown: instant },
    ],
  }),
  tablePanel({
    id: 11,
    title: 'Seen and not charged',
    description: `Calls that cost nothing here, because the same paid call is charged elsewhere: spans of a client that tried again, of a proxy, of a second instrumentation, and totals that agents report of calls below them. ${OF_SINGLE_CALLS}`,
    at: at(12, 40, 12, 8),
    targets: [sqlQuery(sql.copies, 'table')],
    noValue: 'Every call is charged',
    columns: [
      { name: 'Calls', shown: count },
      { name: 'Last call', shown: instant },
    ],
  }),
];

export const agent = (): Dashboard =>
  buildDashboard({
    name: 'agent',
    title: 'Tollgate: agent',
    description:
      'One agent: what it costs, what it calls, its runs, sessions and calls, errors and what was seen twice.',
    from: 'now-7d/d',
    refresh: '5m',
    variables: [datasource, tenant, environment, oneAgent, models, user, period, page],
    panels: [...overview, ...summaries, ...calls],
  });
