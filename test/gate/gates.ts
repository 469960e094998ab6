import { Alerts } from '../../processor/alerts/alerts.ts';
import { createGate, type Gate, type GateMeters, type GateParts } from '../../processor/gate/gate.ts';
import { createPolicyStore } from '../../processor/gate/policyStore.ts';
import { Windows } from '../../processor/gate/windows.ts';
import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { parseUsd } from '../../src/money.ts';
import type { Budget, PolicyRule } from '../../src/policy/budget.ts';
import type { AskedCall, DecisionRequest, Subject } from '../../src/policy/decision.ts';
import { emptyUsage, type Usage } from '../../src/usage.ts';
import { openTestDatabase, type StoreKind } from '../support/database.ts';
import { fixedPrices } from '../support/prices.ts';

export const TENANT = 'default';
/** Whose key is bound to no agent. */
export const ASKER = { tenant: TENANT, agent: null };
export const nobody = { keyId: null, keyName: null };
export const somebody = { keyId: 'key-1', keyName: 'ops' };

export interface Gates extends AsyncDisposable {
  /** Absent for the embedded store. */
  readonly url: string | undefined;
  readonly database: Database;
  /** Each as of a replica: on PostgreSQL with a pool of its own. */
  readonly gates: readonly [Gate, ...Gate[]];
  put(budget: Budget): Promise<void>;
}

const silentMeters: GateMeters = {
  decided: () => undefined,
  settled: () => undefined,
  expired: () => undefined,
  batched: () => undefined,
};

export interface GateOptions {
  readonly count?: number;
  readonly rules?: readonly PolicyRule[];
  readonly prices?: GateParts['prices'];
  /** What the gates see of their database. */
  readonly seen?: (database: Database) => Database;
}

export async function openGates(
  kind: StoreKind,
  budgets: readonly Budget[],
  { count = 1, rules = [], prices = fixedPrices(), seen = (database) => database }: GateOptions = {},
): Promise<Gates> {
  const place = await openTestDatabase(kind);
  const { database } = place;
  const policies = createPolicyStore(database, new Windows());
  const put = async (budget: Budget): Promise<void> => void (await policies.put(TENANT, budget, nobody));
  for (const budget of budgets) await put(budget);
  const own = kind === 'embedded' ? [] : await openMany(place.url, place.dataDir, count);
  const make = (of: Database): Gate => makeGate(seen(of), rules, prices);
  const gates = Array.from({ length: count }, (_, index) => make(own[index] ?? database));
  const [first, ...others] = gates;
  if (first === undefined) throw new Error('expected at least one gate');
  return {
    url: place.url,
    database,
    gates: [first, ...others],
    put,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(gates.map((gate) => gate.close()));
      await Promise.all(own.map((each) => each.close()));
      await place[Symbol.asyncDispose]();
    },
  };
}

/** One more gate on the same database, by way of another address. Close it, then its database. */
export async function openGateAt(databaseUrl: string): Promise<{ readonly gate: Gate; readonly database: Database }> {
  const database = await openDatabase({ databaseUrl, dataDir: '' });
  return { gate: makeGate(database, [], fixedPrices()), database };
}

function openMany(databaseUrl: string | undefined, dataDir: string, count: number): Promise<Database[]> {
  return Promise.all(Array.from({ length: count }, () => openDatabase({ databaseUrl, dataDir })));
}

function makeGate(database: Database, rules: readonly PolicyRule[], prices: GateParts['prices']): Gate {
  const windows = new Windows();
  return createGate({
    database,
    windows,
    policies: createPolicyStore(database, windows),
    prices,
    rules,
    alerts: new Alerts([]),
    meters: silentMeters,
    nowMs: Date.now,
  });
}

/** A budget of everybody's calls in a day, 1 USD, that denies. */
export function makeBudget(parts: Partial<Budget> = {}): Budget {
  return {
    name: 'daily',
    source: 'api',
    match: {},
    per: [],
    window: { kind: 'month' },
    timezone: 'UTC',
    limit: { unit: 'usd', amount: usd('1') },
    alertAt: [],
    onExceed: 'deny',
    downgrade: {},
    unpriced: { kind: 'deny' },
    lostCalls: 'presume',
    mode: 'enforce',
    minOutputTokens: 64,
    stopStreams: false,
    ...parts,
  };
}

export function usd(text: string): bigint {
  const femtoUsd = parseUsd(text);
  if (femtoUsd === null) throw new Error(`expected USD, found ${text}`);
  return femtoUsd;
}

/** gpt-4o, input 2.50 and output 10 USD a million tokens: 1,000 in and 100 out are 0.0025 + 0.001 = 0.0035 USD. */
const plainCall: AskedCall = {
  provider: 'openai',
  model: 'gpt-4o',
  operation: 'chat',
  traceId: null,
  runId: null,
  inputTokens: 1000,
  inputBytes: null,
  messages: 1,
  tools: 0,
  images: 0,
  isInputBounded: true,
  maxOutputTokens: 100,
  canLimitOutput: true,
  choices: 1,
  cacheWrite: 'none',
  webSearches: 0,
  serviceTier: null,
  inferenceGeo: null,
  speed: null,
  searchContextSize: null,
};

export interface AskedParts {
  readonly call?: Partial<AskedCall> | null;
  readonly subject?: Partial<Subject>;
  readonly key?: string;
  readonly hash?: string;
  readonly ttlMs?: number;
}

export function asking({
  call = {},
  subject = {},
  key,
  hash = '00',
  ttlMs = 120_000,
}: AskedParts = {}): DecisionRequest {
  return {
    tenant: TENANT,
    subject: { agent: null, user: null, session: null, service: null, environment: null, tags: {}, ...subject },
    call: call === null ? null : { ...plainCall, ...call },
    idempotencyKey: key ?? null,
    requestHash: hash,
    ttlMs,
  };
}

/** What 1,000 tokens of input and `output` of output cost: 0.0025 USD + output × 0.00001. */
export function usageOf(output: number): Usage {
  return { ...emptyUsage, input_uncached: 1000, output };
}

export interface CounterRow {
  readonly spent: string;
  readonly reserved: string;
  readonly overrun: string;
  readonly expired_unsettled: string;
}

/** Of the one counter of a budget, or of the one of a user; null where nobody asked for it yet. */
export async function counterOf(
  database: Database,
  name = 'daily',
  user: string | null = null,
): Promise<CounterRow | null> {
  const [row] = await database.query<CounterRow>(
    `select trim_scale(counters.spent) as spent, trim_scale(counters.reserved) as reserved, trim_scale(overrun) as overrun,
      trim_scale(expired_unsettled) as expired_unsettled
     from tollgate_data.counters join tollgate_data.budgets using (budget_id)
     where budgets.name = $1 and ($2::text is null or counters.key ->> 'user' = $2)`,
    [name, user],
  );
  return row ?? null;
}
