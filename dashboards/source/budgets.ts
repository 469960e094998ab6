import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { buildDashboard } from './build.ts';
import * as sql from './budgetsSql.ts';
import { amount, count, dollars, instant, share } from './fields.ts';
import { toPage } from './links.ts';
import {
  barsPanel,
  type BuiltPanel,
  gaugePanel,
  linesPanel,
  type Place,
  statPanel,
  tablePanel,
  used,
  warnAbove,
} from './panels.ts';
import { sqlQuery } from './query.ts';
import { budgets as budgetNames, datasource, page, period, tenant } from './variables.ts';

const at = (x: number, y: number, w: number, h: number): Place => ({ x, y, w, h });

const state: BuiltPanel[] = [
  statPanel({
    id: 1,
    title: 'Counters now',
    description:
      'Counters whose window holds this moment: with spent and reserved at the limit or above it, from 80 % of it on, and all. The range does not matter.',
    at: at(0, 0, 16, 4),
    targets: [sqlQuery(sql.summary, 'table')],
    shown: count,
    columns: [],
    thresholds: warnAbove(1),
  }),
  statPanel({
    id: 2,
    title: 'Spent this month',
    description:
      'Cost of all calls of the tenant since the month began in the zone of the dashboard, those of no budget among them.',
    at: at(16, 0, 8, 4),
    targets: [sqlQuery(sql.spentInRange, 'table')],
    shown: dollars,
  }),
  tablePanel({
    id: 3,
    title: 'What is left',
    description:
      'The 200 fullest counters. Amounts are in the unit of the row. "At its end" and "Used up at" are what comes if spending goes on as since the window began; windows of a run, a session or a rolling time have no such pace. Raises in force are part of the limit.',
    at: at(0, 4, 24, 11),
    targets: [sqlQuery(sql.left, 'table')],
    noValue: '–',
    columns: [
      { name: 'Budget', links: [toPage('Budgets on the page of Tollgate', '/budgets')] },
      ...['Limit', 'Spent', 'Reserved', 'Left', 'At its end', 'Overrun', 'Never settled'].map((name) => ({
        name,
        shown: amount,
      })),
      { name: 'Used', shown: share, isGauge: true },
      { name: 'Window over', shown: share },
      { name: 'Used up at', shown: instant },
      { name: 'Resets at', shown: instant },
    ],
  }),
];

const burn: BuiltPanel[] = [
  gaugePanel({
    id: 4,
    title: 'Used of the limit',
    description:
      'Spent and reserved over the limit, the fullest 25 counters. 100 % is all of it; an overrun goes beyond.',
    at: at(0, 15, 8, 10),
    targets: [sqlQuery(sql.fullest, 'table')],
    shown: share,
    thresholds: used,
    max: 1,
  }),
  gaugePanel({
    id: 5,
    title: 'What the window comes to',
    description:
      'Spent at the end of the window at this pace, over the limit. Above 100 % the limit is reached before. Only windows with an end.',
    at: at(8, 15, 8, 10),
    targets: [sqlQuery(sql.pace, 'table')],
    shown: share,
    thresholds: used,
    max: 2,
  }),
  linesPanel({
    id: 6,
    title: 'The month so far',
    description: 'Cost of the tenant added up day by day since the month began in the zone of the dashboard.',
    at: at(16, 15, 8, 10),
    targets: [sqlQuery(sql.monthSoFar, 'time_series')],
    shown: dollars,
  }),
];

const told: BuiltPanel[] = [
  barsPanel({
    id: 7,
    title: 'Refused, lessened, asked for approval',
    description:
      'Alerts of the range. A policy and counter tells a refusal once a minute, so a storm of refused calls counts once; calls are counted on the dashboard of Tollgate itself.',
    at: at(0, 25, 12, 8),
    targets: [sqlQuery(sql.refusals, 'time_series')],
    shown: count,
  }),
  barsPanel({
    id: 8,
    title: 'Thresholds and anomalies',
    description:
      'Alerts of the range: thresholds of budgets that were reached, limits that were exceeded, anomalies, models without a price.',
    at: at(12, 25, 12, 8),
    targets: [sqlQuery(sql.reached, 'time_series')],
    shown: count,
  }),
  tablePanel({
    id: 9,
    title: 'Alerts',
    description: 'The latest 200 of the range. Alerts that are about no budget are there whatever budgets are chosen.',
    at: at(0, 33, 24, 10),
    targets: [sqlQuery(sql.latestAlerts, 'table')],
    noValue: 'Nothing was told',
    columns: [
      { name: 'At', shown: instant, width: 180, links: [toPage('Alerts on the page of Tollgate', '/alerts')] },
      { name: 'Severity', width: 100 },
      { name: 'Type', width: 200 },
      { name: 'Budget', width: 200 },
    ],
  }),
];

export const budgets = (): Dashboard =>
  buildDashboard({
    name: 'budgets',
    title: 'Tollgate: budgets',
    description: 'What is left of each budget, how fast it goes, when it is used up, and what was refused.',
    from: 'now-7d/d',
    refresh: '1m',
    variables: [datasource, tenant, budgetNames, period, page],
    panels: [...state, ...burn, ...told],
  });
