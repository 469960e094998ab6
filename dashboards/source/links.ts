import type { Link } from './fields.ts';

/** A path of Grafana is `/d/UID`; the variables that all dashboards have go along, and the range. */
export const uids = {
  spend: 'tollgate-spend',
  budgets: 'tollgate-budgets',
  agent: 'tollgate-agent',
  trace: 'tollgate-trace',
  health: 'tollgate-health',
} as const;
type Name = keyof typeof uids;

const CARRIED = '${datasource:queryparam}&${tenant:queryparam}&${__url_time_range}';

/** A column of the row, such as `Agent`; whatever it holds is one value in the address. */
export const field = (column: string): string => `\${__data.fields.${column}:percentencode}`;

const toDashboard = (title: string, name: Name, values: Readonly<Record<string, string>>): Link => ({
  title,
  url: `/d/${uids[name]}?${[...Object.entries(values).map(([key, value]) => `var-${key}=${value}`), CARRIED].join('&')}`,
});

/** The page of Tollgate itself. */
export const toPage = (title: string, path: string): Link => ({
  title,
  url: `\${tollgate_url}${path}`,
  targetBlank: true,
});

export const agentLinks = (column = 'Agent'): Link[] => [
  toDashboard('Agent in detail', 'agent', { agent: field(column) }),
  toDashboard('Spend of this agent', 'spend', { agent: field(column) }),
];
export const userLinks = (column = 'User'): Link[] => [
  toDashboard('Spend of this user', 'spend', { user: field(column) }),
];
export const sessionLinks = (column = 'Session'): Link[] => [
  toPage('Session on the page of Tollgate', `/sessions/${field(column)}`),
];

/** The trace here first: it is there also without Tempo or Jaeger. */
export const traceLinks = (column = 'Trace'): Link[] => [
  toDashboard('Trace with its costs', 'trace', { trace_id: field(column) }),
  toPage('Trace on the page of Tollgate', `/traces/${field(column)}`),
];

/** Grafana's Explore, which takes its state as JSON. Only what is not filled in is encoded. */
export function toExplore(type: 'tempo' | 'jaeger', traceId: string): Link {
  const query = {
    refId: 'A',
    datasource: { type, uid: 'SOURCE' },
    ...(type === 'tempo' ? { queryType: 'traceql' } : {}),
    query: 'TRACE',
  };
  const panes = { a: { datasource: 'SOURCE', queries: [query], range: { from: 'FROM', to: 'TO' } } };
  const filled: Readonly<Record<string, string>> = {
    SOURCE: `\${${type}}`,
    TRACE: traceId,
    FROM: '${__from}',
    TO: '${__to}',
  };
  const encoded = encodeURIComponent(JSON.stringify(panes)).replace(
    /SOURCE|TRACE|FROM|TO/g,
    (key) => filled[key] ?? key,
  );
  return {
    title: type === 'tempo' ? 'Open in Tempo' : 'Open in Jaeger',
    url: `/explore?schemaVersion=1&panes=${encoded}&orgId=1`,
    targetBlank: true,
  };
}
