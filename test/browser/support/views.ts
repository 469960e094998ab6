import type { openFilled } from './stores.ts';

/** An address of each kind of view, over the filled store. */
export async function viewsOf(
  store: Awaited<ReturnType<typeof openFilled>>,
): Promise<Readonly<Record<string, string>>> {
  const [call] = (await store.get('/api/v1/calls?charge=duplicate&min_cost_usd=0.0001&limit=1')).items;
  const [unpriced] = (await store.get('/api/v1/calls?cost_status=unpriced&limit=1')).items;
  const [session] = (await store.get('/api/v1/sessions?limit=1')).items;
  return {
    overview: '/',
    explore: '/explore',
    sessions: '/sessions',
    session: `/sessions/${encodeURIComponent(session.id)}`,
    agents: '/agents',
    agent: '/agents/planner',
    users: '/users',
    models: '/models',
    runs: '/runs',
    traces: '/traces',
    trace: `/traces/${call.trace_id}`,
    calls: '/calls?charge=all',
    call: `/calls/${call.trace_id}/${call.span_id}`,
    'call without a price': `/calls/${unpriced.trace_id}/${unpriced.span_id}`,
    budgets: '/budgets',
    budget: '/budgets/company-month',
    'budget of each user': '/budgets/user-day',
    approvals: '/approvals',
    prices: '/prices',
    price: '/prices/openai/gpt-4o',
    alerts: '/alerts',
    nowhere: '/explore/no/such/page',
    'nobody of that name': '/users/nobody',
  };
}
