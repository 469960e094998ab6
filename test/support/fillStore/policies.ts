import { formatUsd, parseUsd } from '../../../src/money.ts';
import { ask, change, type Service } from './service.ts';

const HOUR_MS = 3_600_000;

/** `limit` as so many per cent of what the agents of `match` have spent in the window until now. */
interface Wanted {
  readonly name: string;
  readonly limitPercent: bigint;
  /** Where the spending that the limit is taken from begins. */
  readonly since: (now: Date) => Date;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly agent?: string;
}

const startOfDay = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
const startOfMonth = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
const dayBefore = (now: Date): Date => new Date(now.getTime() - 24 * HOUR_MS);

/** What budgets stand at depends on the day of the month; their limits are set so that some are half used, some nearly, some over. */
const wanted: readonly Wanted[] = [
  {
    name: 'company-month',
    limitPercent: 118n,
    since: startOfMonth,
    definition: { window: 'month', on_exceed: 'warn' },
  },
  {
    name: 'support-bot-day',
    limitPercent: 101n,
    since: startOfDay,
    agent: 'support-bot',
    definition: { window: 'day', alert_at: [50, 80, 90, 100] },
  },
  {
    name: 'researcher-rolling',
    limitPercent: 100n,
    since: dayBefore,
    agent: 'researcher',
    definition: { window: 'rolling:24h', on_exceed: 'downgrade', downgrade: { 'claude-sonnet-*': 'claude-haiku-4-5' } },
  },
  {
    name: 'planner-month-shadow',
    limitPercent: 90n,
    since: startOfMonth,
    agent: 'planner',
    definition: { window: 'month', mode: 'shadow' },
  },
];

/** The smallest limit, where nothing was spent in the window yet. */
const LEAST_FEMTO_USD = 10n ** 13n;
const PER_CENT = 100n;

export async function putBudgets(service: Service, now: Date): Promise<void> {
  for (const { name, limitPercent, since, definition, agent } of wanted) {
    const of = agent === undefined ? '' : `&agent=${agent}`;
    const period = `from=${since(now).toISOString()}&to=${now.toISOString()}`;
    const { totals } = (await ask(service, `/api/v1/costs?${period}${of}`)) as { totals: { cost_usd: string | null } };
    const spent = parseUsd(totals.cost_usd ?? '0') ?? 0n;
    const limit = (spent * limitPercent) / PER_CENT;
    const usd = formatUsd(limit > LEAST_FEMTO_USD ? limit : LEAST_FEMTO_USD);
    const match = agent === undefined ? {} : { match: { agent } };
    await change(service, 'PUT', `/api/v1/budgets/${name}`, { ...definition, ...match, limit: { usd } });
  }
  const plain = {
    'user-day': { per: ['user'], window: 'day', limit: { usd: '0.5' }, on_exceed: 'warn' },
    'tokens-week': { window: 'week', limit: { tokens: 50_000_000 }, on_exceed: 'warn' },
    'calls-session': { match: { agent: 'summarizer' }, window: 'session', limit: { calls: 40 } },
    'trial-denied': { match: { agent: 'trial' }, window: 'month', limit: { usd: '0.000001' } },
    'dear-runs': { match: { agent: 'auditor' }, window: 'month', limit: { calls: 1 }, on_exceed: 'require_approval' },
  };
  for (const [name, body] of Object.entries(plain)) await change(service, 'PUT', `/api/v1/budgets/${name}`, body);
  await change(service, 'POST', '/api/v1/budgets/company-month/raises', {
    amount: { usd: '1' },
    ends_at: new Date(now.getTime() + 48 * HOUR_MS).toISOString(),
    reason: 'launch week',
  });
}

/**
 * Decisions of every kind: some that hold a reservation, refusals, and two that wait for a person. Every budget without `per` is asked, so each
 * has a counter, whatever was spent in its window.
 */
export async function decide(service: Service): Promise<void> {
  const asked = (agent: string, user: string) => ({
    subject: { agent, user },
    call: { provider: 'openai', model: 'gpt-4o-mini', input_tokens: 1_000, max_output_tokens: 500 },
    ttl_seconds: 3_600,
  });
  const ask = async (agent: string, user: string): Promise<unknown> =>
    (await change(service, 'POST', '/policy/v1/decisions', asked(agent, user)))['effect'];
  // What these get depends on what was spent in their windows.
  for (const agent of ['planner', 'support-bot', 'researcher']) await ask(agent, 'user-1');
  const effects = [
    await ask('auditor', 'user-2'),
    await ask('auditor', 'user-3'),
    await ask('auditor', `d'Artagnan`),
    await ask('trial', 'user-4'),
    await ask('trial', '<img src=x onerror=alert(1)>'),
  ].join();
  if (!/^(?:allow|warn),require_approval,require_approval,deny,deny$/.test(effects)) {
    throw new Error(`expected an admission, two that wait and two refusals, found ${effects}`);
  }
}
