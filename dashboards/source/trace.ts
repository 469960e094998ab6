import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { buildDashboard } from './build.ts';
import { count, dollarsOfCall, instant, milliseconds, tokens } from './fields.ts';
import { agentLinks, sessionLinks, toExplore, toPage, traceLinks, userLinks } from './links.ts';
import { type BuiltPanel, gaugePanel, type Place, statPanel, tablePanel, tracesPanel } from './panels.ts';
import { sqlQuery } from './query.ts';
import * as sql from './traceSql.ts';
import { datasource, page, tenant, traceId, traceSource } from './variables.ts';

const at = (x: number, y: number, w: number, h: number): Place => ({ x, y, w, h });
const ofThis = '${trace_id:percentencode}';
/** The text box holds what somebody typed; in the JSON of an address it stands between quotes. */
const elsewhere = [
  toPage('Trace on the page of Tollgate', `/traces/${ofThis}`),
  toExplore('tempo', ofThis),
  toExplore('jaeger', ofThis),
];

const panels: BuiltPanel[] = [
  statPanel({
    id: 1,
    title: 'This trace',
    description:
      'Cost of its charged calls, and how many calls and spans Tollgate has of it. The range does not matter. Calls without a price are not in the cost. A click leads to the page of Tollgate, to Tempo or to Jaeger.',
    at: at(0, 0, 16, 8),
    targets: [sqlQuery(sql.totals, 'table')],
    shown: count,
    columns: [{ name: 'Cost', shown: dollarsOfCall }],
    links: elsewhere,
  }),
  gaugePanel({
    id: 2,
    title: 'Cost by agent',
    description: 'Charged calls of the trace by the agent that made them.',
    at: at(16, 0, 8, 8),
    targets: [sqlQuery(sql.byAgent, 'table')],
    shown: dollarsOfCall,
  }),
  tracesPanel({
    id: 3,
    title: 'Spans',
    description:
      'The spans of the trace over time, at most 5,000. The tags of a call say its cost, whether it is charged, and why not. Only traces with calls are kept.',
    at: at(12, 8, 12, 16),
    targets: [sqlQuery(sql.spans, 'table')],
    transformations: [
      {
        id: 'convertFieldType',
        options: {
          conversions: ['tags', 'serviceTags'].map((targetField) => ({ targetField, destinationType: 'other' })),
        },
      },
    ],
  }),
  tablePanel({
    id: 4,
    title: 'Tree with costs',
    description:
      'Each span below its parent, with its own cost and that of all below it. A span whose parent is missing stands at the top; at most 64 levels. The reason of a duplicate names the copy that is charged.',
    at: at(0, 8, 12, 16),
    targets: [sqlQuery(sql.tree, 'table')],
    columns: [
      { name: 'Span', width: 360 },
      { name: 'Agent', links: agentLinks() },
      { name: 'Duration', shown: milliseconds },
      { name: 'Cost', shown: { ...dollarsOfCall, noValue: '' } },
      { name: 'With all below', shown: dollarsOfCall },
    ],
  }),
  tablePanel({
    id: 5,
    title: 'Usage and prices',
    description: 'What each charged call used and which price it has. Empty is what nobody reported, which is not 0.',
    at: at(0, 24, 24, 9),
    targets: [sqlQuery(sql.usage, 'table')],
    columns: [
      { name: 'Started', shown: instant, width: 180 },
      ...['Input', 'Cache read', 'Cache write 5 min', 'Cache write 1 h', 'Output', 'Reasoning'].map((name) => ({
        name,
        shown: tokens,
      })),
      { name: 'Cost', shown: dollarsOfCall },
    ],
  }),
  tablePanel({
    id: 6,
    title: 'Find a trace',
    description: 'The latest 100 charged calls of the range; a click on a trace id shows that trace here.',
    at: at(0, 33, 24, 10),
    targets: [sqlQuery(sql.latest, 'table')],
    columns: [
      { name: 'Started', shown: instant, width: 180 },
      { name: 'Agent', links: agentLinks() },
      { name: 'User', links: userLinks() },
      { name: 'Session', links: sessionLinks() },
      { name: 'Cost', shown: dollarsOfCall },
      { name: 'Duration', shown: milliseconds },
      { name: 'Trace', links: traceLinks() },
    ],
  }),
];

export const trace = (): Dashboard =>
  buildDashboard({
    name: 'trace',
    title: 'Tollgate: trace',
    description:
      'One trace: its spans with their costs, what was charged and what not, and the way to Tempo and Jaeger.',
    from: 'now-24h',
    refresh: '',
    variables: [datasource, tenant, traceId, traceSource('tempo'), traceSource('jaeger'), page],
    panels,
  });
