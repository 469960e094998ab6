import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { alertLines, buildDashboard } from './build.ts';
import { againstBefore, changesByCell, changeTotals } from './changes.ts';
import { count, dollars, dollarsOfCall, instant, share, tokens } from './fields.ts';
import { agentLinks, sessionLinks, userLinks } from './links.ts';
import { barsPanel, type BuiltPanel, linesPanel, type Place, statPanel, tablePanel, warnAbove } from './panels.ts';
import { sqlQuery } from './query.ts';
import * as sql from './spendSql.ts';
import { costByName } from './sql.ts';
import { agents, datasource, environment, models, page, period, tenant, user } from './variables.ts';

const at = (x: number, y: number, w: number, h: number): Place => ({ x, y, w, h });
const WHOLE_HOURS = 'The range counts in whole UTC hours.';

const numbers: BuiltPanel[] = [
  statPanel({
    id: 1,
    title: 'Spent',
    description: `Cost of the charged calls of the range. Calls without a price are not in it: see the number on the right. ${WHOLE_HOURS}`,
    at: at(0, 0, 6, 4),
    targets: [sqlQuery(sql.total, 'table')],
    shown: dollars,
  }),
  statPanel({
    id: 2,
    title: 'Against the period before',
    description: `The range against the span of equal length that ends where it begins. No share where nothing was spent before. ${WHOLE_HOURS}`,
    at: at(6, 0, 6, 4),
    targets: [sqlQuery(againstBefore, 'table')],
    shown: dollars,
    columns: [{ name: 'Change', shown: share }],
  }),
  statPanel({
    id: 3,
    title: 'This month',
    description:
      'Cost since the month began in the zone of the dashboard, and what the month comes to if it goes on like that. Does not depend on the range.',
    at: at(12, 0, 6, 4),
    targets: [sqlQuery(sql.monthEnd, 'table')],
    shown: dollars,
  }),
  statPanel({
    id: 4,
    title: 'Without a price',
    description:
      'Charged calls whose cost is not known. They are in no sum of this dashboard; the last table says which models they are of.',
    at: at(18, 0, 6, 4),
    targets: [sqlQuery(sql.unpricedTotal, 'table')],
    shown: count,
    columns: [{ name: 'Of all calls', shown: share }],
    thresholds: warnAbove(0.0000001),
  }),
];

const overTime: BuiltPanel[] = [
  barsPanel({
    id: 5,
    title: 'Spend by model',
    description:
      'Cost by model: the nine that cost most in the range, all others together. Bars are hours, days, weeks or months of the zone of the dashboard.',
    at: at(0, 4, 24, 10),
    targets: [sqlQuery(costByName('model'), 'time_series')],
    shown: dollars,
  }),
  barsPanel({
    id: 6,
    title: 'Spend by agent',
    description: 'Cost by the agent that made the call: the nine that cost most in the range, all others together.',
    at: at(0, 14, 12, 9),
    targets: [sqlQuery(costByName('agent'), 'time_series')],
    shown: dollars,
  }),
  tablePanel({
    id: 7,
    title: 'Models',
    description:
      'Each model with its share of all cost. Per call is over calls with a price. Per million tokens is over all tokens, those of calls without a price among them.',
    at: at(12, 14, 12, 9),
    targets: [sqlQuery(sql.byModel, 'table')],
    columns: [
      { name: 'Cost', shown: dollars },
      { name: 'Share', shown: share, isGauge: true },
      { name: 'Calls', shown: count },
      { name: 'Unpriced', shown: count },
      { name: 'Per call', shown: dollarsOfCall },
      { name: 'Per million tokens', shown: dollars },
    ],
  }),
];

const changes: BuiltPanel[] = [
  statPanel({
    id: 8,
    title: 'Why it changed',
    description:
      'Before and now, and what lies between: more calls at the cost they had; calls that went to other agents or models, at the cost these had; and calls that cost more or less than the same did before. The parts add up. Calls without a price are in none.',
    at: at(0, 23, 24, 4),
    targets: [sqlQuery(changeTotals, 'table')],
    shown: dollars,
  }),
  tablePanel({
    id: 9,
    title: 'What changed most',
    description: 'The same by agent and model, the largest difference first.',
    at: at(0, 27, 24, 9),
    targets: [sqlQuery(changesByCell, 'table')],
    columns: [
      { name: 'Agent', links: agentLinks() },
      ...['Before', 'Now', 'Difference', 'More calls', 'Other agents or models', 'Dearer calls'].map((name) => ({
        name,
        shown: dollars,
      })),
    ],
  }),
];

const usage: BuiltPanel[] = [
  barsPanel({
    id: 10,
    title: 'Tokens by kind',
    description: 'Tokens of all charged calls; the five kinds do not overlap.',
    at: at(0, 36, 12, 9),
    targets: [sqlQuery(sql.tokensByKind, 'time_series')],
    shown: tokens,
  }),
  linesPanel({
    id: 11,
    title: 'Cost per call',
    description: 'Mean cost of a call with a price, of the six models that cost most in the range.',
    at: at(12, 36, 6, 9),
    targets: [sqlQuery(sql.perCall, 'time_series')],
    shown: dollarsOfCall,
  }),
  linesPanel({
    id: 12,
    title: 'Input read from a cache',
    description: 'Tokens read from a cache over all input tokens.',
    at: at(18, 36, 6, 9),
    targets: [sqlQuery(sql.cacheShare, 'time_series')],
    shown: share,
    max: 1,
  }),
];

const who: BuiltPanel[] = [
  tablePanel({
    id: 13,
    title: 'Users',
    description:
      'The 50 users that cost most in the range; (none) are calls without a user id. Per call is over calls with a price.',
    at: at(0, 45, 12, 10),
    targets: [sqlQuery(sql.topUsers, 'table')],
    columns: [
      { name: 'User', links: userLinks() },
      { name: 'Cost', shown: dollars },
      { name: 'Share', shown: share, isGauge: true },
      { name: 'Calls', shown: count },
      { name: 'Unpriced', shown: count },
      { name: 'Per call', shown: dollarsOfCall },
      { name: 'Tokens', shown: tokens },
    ],
  }),
  tablePanel({
    id: 14,
    title: 'Sessions',
    description:
      'The 50 dearest of the sessions whose last call is in the range, with all they ever cost, calls before the range among them. A session passes the filters if any of its calls does; it has no environment. Calls without a session are in none.',
    at: at(12, 45, 12, 10),
    targets: [sqlQuery(sql.topSessions, 'table')],
    columns: [
      { name: 'Session', links: sessionLinks() },
      { name: 'Cost', shown: dollars },
      { name: 'Calls', shown: count },
      { name: 'Unpriced', shown: count },
      { name: 'First call', shown: instant },
      { name: 'Last call', shown: instant },
    ],
  }),
  tablePanel({
    id: 15,
    title: 'Calls without a price',
    description:
      'By model and reason. tollgate prices set gives a model its price, tollgate reprice applies it to the calls of the past.',
    at: at(0, 55, 24, 8),
    targets: [sqlQuery(sql.unpricedCalls, 'table')],
    noValue: 'Every call has a price',
    columns: [
      { name: 'Calls', shown: count },
      { name: 'Tokens', shown: tokens },
      { name: 'First call', shown: instant },
      { name: 'Last call', shown: instant },
    ],
  }),
];

export const spend = (): Dashboard =>
  buildDashboard({
    name: 'spend',
    title: 'Tollgate: spend',
    description:
      'What LLM calls cost, by model, agent, user and session, against the period before, and why it changed.',
    from: 'now-30d/d',
    refresh: '5m',
    variables: [datasource, tenant, environment, agents, models, user, period, page],
    annotations: [
      alertLines('Anomalies', ['anomaly.detected'], 'orange'),
      alertLines('Exceeded budgets', ['budget.exceeded'], 'red'),
    ],
    panels: [...numbers, ...overTime, ...changes, ...usage, ...who],
  });
