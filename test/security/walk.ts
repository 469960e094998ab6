import type { Scope } from '../../processor/access/caller.ts';

/** What a walk puts into paths and bodies: names and ids of things that are there, or of none. */
export interface Things {
  readonly traceId: string;
  readonly spanId: string;
  readonly agent: string;
  readonly user: string;
  readonly session: string;
  readonly run: string;
  readonly model: string;
  readonly budget: string;
  /** A model of which a price is set. */
  readonly deployment: string;
  readonly raise: string;
  readonly decision: string;
  readonly approval: string;
}

export interface Stop {
  /** Null: no key is needed. */
  readonly scope: Scope | null;
  readonly path: (things: Things) => string;
  readonly body?: (things: Things) => object;
  /** What HEAD answers without a key, where that is not what GET does. */
  readonly head?: number;
  /** What a caller gets who may ask, and has none of these things. */
  readonly ofNone: number;
}

const query = (path: (things: Things) => string, ofNone = 200): Stop => ({ scope: 'query', path, ofNone });
const filters = ({ agent, user, session, run, model }: Things): string =>
  `agent=${agent}&user=${user}&session=${session}&run=${run}&model=${model}`;
const open = (path: string): Stop => ({ scope: null, path: () => path, ofNone: 200 });
/** From source no page is built; what its files answer is tested where they are. */
const pagePart = (path: string): Stop => ({ scope: null, path: () => path, ofNone: 404 });
const views = [
  'explore',
  'sessions',
  'users',
  'agents',
  'models',
  'runs',
  'traces',
  'calls',
  'budgets',
  'prices',
  'alerts',
  'approvals',
];
const ownBudget = { limit: { usd: '1' }, window: 'day' };

/** Every route of the API port, by method and pattern. A route that is not here fails the test that compares them. */
export const apiStops: Readonly<Record<string, Stop>> = {
  'GET /healthz': open('/healthz'),
  'GET /readyz': open('/readyz'),
  'GET /openapi.json': open('/openapi.json'),
  'GET /': pagePart('/'),
  'GET /theme.js': pagePart('/theme.js'),
  'GET /favicon.svg': pagePart('/favicon.svg'),
  'GET /assets/*': pagePart('/assets/index.js'),
  ...Object.fromEntries(views.map((view) => [`GET /${view}`, pagePart(`/${view}`)])),
  ...Object.fromEntries(views.map((view) => [`GET /${view}/*`, pagePart(`/${view}/1`)])),
  'GET /metrics': { scope: 'admin', path: () => '/metrics', ofNone: 200 },
  'GET /api/v1/audit-log': { scope: 'admin', path: () => '/api/v1/audit-log', ofNone: 200 },
  'GET /api/v1/costs': query((of) => `/api/v1/costs?group_by=agent,user,session,model&interval=day&${filters(of)}`),
  'GET /api/v1/changes': query((of) => `/api/v1/changes?group_by=agent,user&${filters(of)}`),
  'GET /api/v1/export': { ...query((of) => `/api/v1/export?format=csv&${filters(of)}`), head: 404 },
  'GET /api/v1/whoami': query(() => '/api/v1/whoami'),
  'GET /api/v1/calls': query((of) => `/api/v1/calls?charge=all&trace_id=${of.traceId}&${filters(of)}`),
  'GET /api/v1/calls/:trace_id/:span_id': query((of) => `/api/v1/calls/${of.traceId}/${of.spanId}`, 404),
  'GET /api/v1/traces/:trace_id': query((of) => `/api/v1/traces/${of.traceId}`, 404),
  'GET /api/v1/models': query(() => '/api/v1/models'),
  'GET /api/v1/models/:id': query((of) => `/api/v1/models/${of.model}`, 404),
  'GET /api/v1/agents': query(() => '/api/v1/agents'),
  'GET /api/v1/agents/:id': query((of) => `/api/v1/agents/${of.agent}`, 404),
  'GET /api/v1/users': query((of) => `/api/v1/users?agent=${of.agent}`),
  'GET /api/v1/users/:id': query((of) => `/api/v1/users/${of.user}`, 404),
  'DELETE /api/v1/users/:id/identity': {
    scope: 'admin',
    path: (of) => `/api/v1/users/${of.user}/identity`,
    ofNone: 404,
  },
  'GET /api/v1/sessions': query(() => '/api/v1/sessions'),
  'GET /api/v1/sessions/:id': query((of) => `/api/v1/sessions/${of.session}`, 404),
  'GET /api/v1/runs': query(() => '/api/v1/runs'),
  'GET /api/v1/runs/:id': query((of) => `/api/v1/runs/${of.run}`, 404),
  'GET /api/v1/forecast': query(() => '/api/v1/forecast'),
  'GET /api/v1/alerts': query((of) => `/api/v1/alerts?budget=${of.budget}`),
  'GET /api/v1/approvals': query(() => '/api/v1/approvals?state=all'),
  'POST /api/v1/approvals/:id': {
    scope: 'admin',
    path: (of) => `/api/v1/approvals/${of.approval}`,
    body: () => ({ approve: true }),
    ofNone: 404,
  },
  'GET /api/v1/budgets': query(() => '/api/v1/budgets'),
  'GET /api/v1/budgets/:name/status': query((of) => `/api/v1/budgets/${of.budget}/status`, 404),
  'GET /api/v1/budgets/:name/raises': query((of) => `/api/v1/budgets/${of.budget}/raises`, 404),
  'POST /api/v1/budgets/:name/raises': {
    scope: 'admin',
    path: (of) => `/api/v1/budgets/${of.budget}/raises`,
    body: () => ({ amount: { usd: '1' }, ends_at: new Date(Date.now() + 3_600_000).toISOString() }),
    ofNone: 404,
  },
  'DELETE /api/v1/budgets/:name/raises/:id': {
    scope: 'admin',
    path: (of) => `/api/v1/budgets/${of.budget}/raises/${of.raise}`,
    ofNone: 404,
  },
  'DELETE /api/v1/budgets/:name': { scope: 'admin', path: (of) => `/api/v1/budgets/${of.budget}`, ofNone: 404 },
  // One of his own, of the same name: last, so that the walk before it found none.
  'PUT /api/v1/budgets/:name': {
    scope: 'admin',
    path: (of) => `/api/v1/budgets/${of.budget}`,
    body: () => ownBudget,
    ofNone: 201,
  },
  'GET /api/v1/prices': query((of) => `/api/v1/prices?model=${of.deployment}`),
  'GET /api/v1/prices/unpriced': query(() => '/api/v1/prices/unpriced'),
  'GET /api/v1/prices/:provider/:model': query((of) => `/api/v1/prices/openai/${of.deployment}`),
  'DELETE /api/v1/prices/:provider/:model': {
    scope: 'admin',
    path: (of) => `/api/v1/prices/openai/${of.deployment}`,
    ofNone: 404,
  },
  // One of his own too.
  'PUT /api/v1/prices/:provider/:model': {
    scope: 'admin',
    path: (of) => `/api/v1/prices/openai/${of.deployment}`,
    body: () => ({ maps_to: 'o3', effective_from: '2126-01-01' }),
    ofNone: 201,
  },
  'POST /api/v1/reprice': {
    scope: 'admin',
    path: () => '/api/v1/reprice',
    body: ({ model }) => ({ from: '2026-01-01', models: [model], dry_run: false }),
    ofNone: 200,
  },
  'POST /policy/v1/decisions': {
    scope: 'policy',
    path: () => '/policy/v1/decisions',
    body: (of) => ({ subject: { agent: of.agent, user: of.user }, idempotency_key: of.decision }),
    ofNone: 200,
  },
  'GET /policy/v1/decisions/:id': {
    scope: 'policy',
    path: (of) => `/policy/v1/decisions/${of.approval}?wait=1`,
    head: 405,
    ofNone: 404,
  },
  'POST /policy/v1/decisions/:id/settlement': {
    scope: 'policy',
    path: (of) => `/policy/v1/decisions/${of.decision}/settlement`,
    body: () => ({ released: true }),
    ofNone: 404,
  },
  'POST /policy/v1/renewals': {
    scope: 'policy',
    path: () => '/policy/v1/renewals',
    body: (of) => ({ ids: [of.decision, of.approval] }),
    ofNone: 200,
  },
};

/** Every path of the OTLP/HTTP port. */
export const otlpStops: Readonly<Record<string, object>> = {
  '/v1/traces': { resourceSpans: [] },
  '/v1/logs': { resourceLogs: [] },
  '/v1/metrics': { resourceMetrics: [] },
};

/** Every method of the gRPC port. */
export const grpcStops: readonly string[] = [
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
];

/** The lines of Fastify's tree of routes, as `METHOD /pattern`; what answers HEAD answers GET. */
export function routesOf(tree: string): string[] {
  const parents: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [found, indent = '', part = '', methods = ''] =
      /^((?:[│ ] {3})*)[├└]── (\S*)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (found === undefined) return [];
    const depth = indent.length / 4;
    const path = `${depth === 0 ? '' : (parents[depth - 1] ?? '')}${part}`;
    parents[depth] = path;
    return methods
      .split(', ')
      .filter((method) => !['', 'HEAD'].includes(method))
      .map((method) => `${method} ${path}`);
  });
}
