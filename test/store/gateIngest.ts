import { Alerts } from '../../processor/alerts/alerts.ts';
import { createPolicyStore, type PolicyStore } from '../../processor/gate/policyStore.ts';
import { Windows } from '../../processor/gate/windows.ts';
import { createStore, type Store } from '../../processor/store/createStore.ts';
import type { Database } from '../../processor/store/database.ts';
import type { PricedCall } from '../../src/call.ts';
import type { Budget } from '../../src/policy/budget.ts';
import { formatUsd } from '../../src/money.ts';
import { empty } from './totals.ts';

export const FEMTO = 10n ** 15n;
/** What `call` of samples.ts costs: 0.0035 USD. */
export const CALL_FEMTO = 3_500_000_000_000n;

export interface Ingest {
  readonly store: Store;
  readonly policies: PolicyStore;
}

/** A store that counts in the budgets given, which are every tenant's. Agents' totals wait for nothing. */
export async function openIngest(database: Database, budgets: readonly Budget[], settleDelayMs = 0): Promise<Ingest> {
  const windows = new Windows();
  const policies = createPolicyStore(database, windows);
  await policies.syncFile(budgets);
  const store = createStore(database, {
    settleDelayMs,
    budgets: { policies, windows, alerts: new Alerts([]) },
  });
  return { store, policies };
}

/** A budget of the file without a limit that matters. */
export function budget(name: string, fields: Partial<Budget> = {}): Budget {
  return {
    name,
    source: 'file',
    match: {},
    per: [],
    window: { kind: 'month' },
    timezone: 'UTC',
    limit: { unit: 'usd', amount: 1_000_000n * FEMTO },
    alertAt: [50, 80, 100],
    onExceed: 'deny',
    downgrade: {},
    unpriced: { kind: 'deny' },
    lostCalls: 'presume',
    mode: 'enforce',
    minOutputTokens: 64,
    stopStreams: false,
    ...fields,
  };
}

export interface Reserved {
  readonly tenant: string;
  readonly decidedMs: number;
  readonly agent: string | null;
  readonly provider: string | null;
  readonly model: string;
  readonly boundFemtoUsd: bigint | null;
  readonly boundTokens: number;
  readonly phase: 'open' | 'presumed' | 'lapsed' | 'released';
  readonly rank: 0 | 1 | 2;
  readonly settledFemtoUsd: bigint | null;
  readonly settledTokens: number;
}

export function reservationId(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** A reservation as the gate leaves it: 0.01 USD and 2,000 tokens of gpt-4o, decided now. */
export async function reserve(database: Database, number: number, fields: Partial<Reserved> = {}): Promise<string> {
  const { tenant = 'default', decidedMs = Date.now(), agent = null, provider = 'openai', model = 'gpt-4o' } = fields;
  const { boundFemtoUsd = 10n * CALL_FEMTO, boundTokens = 2000, phase = 'open', rank = 0 } = fields;
  const { settledFemtoUsd = null, settledTokens = 0 } = fields;
  const usd = (femto: bigint | null): string | null => (femto === null ? null : formatUsd(femto));
  const id = reservationId(number);
  await database.query(
    `insert into tollgate_data.reservations (tenant, id, request_hash, answer, decided_at, expires_at, ttl_ms, agent, model, provider,
  bound_usd, bound_tokens, phase, rank, settled_usd, settled_tokens)
values ($1, $2, '\\x00', '{}', $3, $3::timestamptz + interval '2 minutes', 120000, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      tenant,
      id,
      new Date(decidedMs),
      agent,
      model,
      provider,
      usd(boundFemtoUsd),
      boundTokens,
      phase,
      rank,
      usd(settledFemtoUsd),
      settledTokens,
    ],
  );
  return id;
}

/** So many milliseconds before now. */
export function ago(ms: number): Pick<PricedCall, 'startUnixNano'> {
  return { startUnixNano: BigInt(Date.now() - ms) * 1_000_000n };
}

export interface CountedAmounts {
  readonly spent: string;
  readonly reserved: string;
  readonly overrun: string;
  readonly expired: string;
}

const trimmed = (name: string): string => `trim_scale(kept.${name})::text`;

/** By budget and key, `name {"agent":"a"} spent 0.0035`: those that are not zero; without the windows, of which tests have one each. */
export async function counted(database: Database): Promise<Record<string, Partial<CountedAmounts>>> {
  const rows = await database.query<CountedAmounts & { budget: string; key: Record<string, string> }>(`
select budget.name as budget, kept.key, ${trimmed('spent')} as spent, ${trimmed('reserved')} as reserved,
  ${trimmed('overrun')} as overrun, ${trimmed('expired_unsettled')} as expired
from tollgate_data.counters as kept join tollgate_data.budgets as budget on budget.budget_id = kept.budget_id
order by budget.name, kept.key, kept.window_start`);
  const found: Record<string, Partial<CountedAmounts>> = {};
  for (const { budget: name, key, ...amounts } of rows) {
    const kept = Object.entries(amounts).filter(([, amount]) => amount !== '0');
    if (kept.length > 0) found[[name, ...Object.values(key)].join(' ')] = Object.fromEntries(kept);
  }
  return found;
}

/** Claims, exact ones and those without a price; of the charged ones the cost, calls without a price, tokens and calls. */
export async function claimsOf(database: Database): Promise<Record<string, unknown>> {
  const rows = await database.query<{ id: string; claimed: unknown }>(`
select id, jsonb_build_array(claims, exact_claims, unpriced_claims, trim_scale(claimed_usd)::text, claimed_unpriced_calls,
  claimed_tokens, claimed_calls) as claimed
from tollgate_data.reservations order by tenant, id`);
  return Object.fromEntries(rows.map(({ id, claimed }) => [Number.parseInt(id.slice(-12), 16), claimed]));
}

/** Nothing is stored; the budgets stay. */
export async function reset(database: Database): Promise<void> {
  await empty(database);
  await database.query(
    'truncate tollgate_data.traces, tollgate_data.provider_ids, tollgate_data.reservations, tollgate_data.counters, tollgate_data.counter_buckets',
  );
}
