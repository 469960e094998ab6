/** What the page, and people, ask of the API: each with the goal it belongs to. */
export interface ApiQuestion {
  readonly name: string;
  readonly path: string;
  /** Of the page's first view: asked all at once too. */
  readonly isFirstView: boolean;
  readonly goalMs: number | null;
}

/** Ids of the store that is asked. */
export interface Samples {
  readonly user: string;
  readonly session: string;
  readonly run: string;
  readonly traceId: string;
  readonly spanId: string;
}

const MONTH = 'period=30d';
const LIST_MS = 200;
const CUBE_MS = 10;
const DAY_MS = 86_400_000;

/** The 30 days before the 30 days that end now. */
function monthBefore(nowMs: number): string {
  const at = (days: number): string => new Date(nowMs - days * DAY_MS).toISOString();
  return `from=${at(60)}&to=${at(30)}`;
}

const firstView = (nowMs: number): readonly (readonly [string, string])[] => [
  ['why the sum differs, by agent and model', `/api/v1/changes?group_by=agent,model&${MONTH}`],
  ['costs by model and day', `/api/v1/costs?group_by=model&interval=day&${MONTH}`],
  ['the same for the 30 days before', `/api/v1/costs?group_by=model&interval=day&${monthBefore(nowMs)}`],
  ['forecast', '/api/v1/forecast?limit=5'],
  ['budgets', '/api/v1/budgets'],
  ['agents, the 5 dearest', `/api/v1/costs?group_by=agent&limit=5&${MONTH}`],
  ['models, the 5 dearest', `/api/v1/costs?group_by=model&limit=5&${MONTH}`],
  ['users, the 5 dearest', `/api/v1/users?fields=cost_usd&limit=5&${MONTH}`],
  ['sessions, the 5 dearest', `/api/v1/sessions?fields=cost_usd&limit=5&${MONTH}`],
  ['latest calls', '/api/v1/calls?limit=10'],
  ['alerts', '/api/v1/alerts?limit=10'],
  ['models without a price', '/api/v1/prices/unpriced?limit=5'],
];

const lists = ['agents', 'users', 'sessions', 'runs', 'models'];
const sorts = ['-cost_usd', '-calls', '-run_count', '-last_seen', 'id'];

export function apiQuestions(nowMs: number, samples: Samples): readonly ApiQuestion[] {
  const other = (name: string, path: string, goalMs: number | null): ApiQuestion => ({
    name,
    path,
    isFirstView: false,
    goalMs,
  });
  const { user, session, run, traceId, spanId } = samples;
  return [
    ...firstView(nowMs).map(([name, path]) => ({ name, path, isFirstView: true, goalMs: LIST_MS })),
    other('costs by agent and day', `/api/v1/costs?group_by=agent&interval=day&${MONTH}`, CUBE_MS),
    other(
      'costs by agent and day of Berlin',
      `/api/v1/costs?group_by=agent&interval=day&${MONTH}&timezone=Europe/Berlin`,
      null,
    ),
    other('costs by user, 30 days', `/api/v1/costs?group_by=user&${MONTH}`, LIST_MS),
    other('costs by session, 30 days', `/api/v1/costs?group_by=session&${MONTH}`, LIST_MS),
    other(
      'costs by environment and hour, 7 days',
      '/api/v1/costs?group_by=environment&interval=hour&period=7d',
      LIST_MS,
    ),
    other('costs by tag, 24 hours', '/api/v1/costs?group_by=tag.team&period=24h', LIST_MS),
    ...lists.flatMap((list) =>
      sorts.map((sort) => other(`${list} by ${sort}, a page of 50`, `/api/v1/${list}?${MONTH}&sort=${sort}`, LIST_MS)),
    ),
    other('sessions of a user', `/api/v1/sessions?${MONTH}&user=${user}`, LIST_MS),
    other('sessions of an agent', `/api/v1/sessions?${MONTH}&agent=support-bot`, LIST_MS),
    other('runs of a session', `/api/v1/runs?${MONTH}&session=${session}`, LIST_MS),
    other('sessions, 7 days', '/api/v1/sessions?period=7d', LIST_MS),
    other('runs, 24 hours', '/api/v1/runs?period=24h', LIST_MS),
    other('one agent', `/api/v1/agents/support-bot?${MONTH}`, null),
    other('one user', `/api/v1/users/${user}?${MONTH}`, null),
    other('one session', `/api/v1/sessions/${session}?${MONTH}`, LIST_MS),
    other('one run', `/api/v1/runs/${run}?${MONTH}`, LIST_MS),
    other('calls, the dearest of 30 days', `/api/v1/calls?sort=-cost_usd&${MONTH}`, LIST_MS),
    other('calls, the dearest of 24 hours', '/api/v1/calls?sort=-cost_usd&period=24h', LIST_MS),
    other('calls of a session', `/api/v1/calls?session=${session}&${MONTH}`, LIST_MS),
    other('calls without a price', `/api/v1/calls?cost_status=unpriced&${MONTH}`, LIST_MS),
    other('calls of a user', `/api/v1/calls?user=${user}&${MONTH}`, LIST_MS),
    other('one call', `/api/v1/calls/${traceId}/${spanId}`, LIST_MS),
    other('one trace', `/api/v1/traces/${traceId}`, LIST_MS),
    other('prices', '/api/v1/prices', LIST_MS),
    other('status of a budget by user', '/api/v1/budgets/users-daily/status', LIST_MS),
  ];
}
