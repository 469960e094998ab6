import type { Database } from '../../processor/store/database.ts';
import { compileGlob } from '../../src/glob.ts';
import { formatUsd, parseUsd } from '../../src/money.ts';
import { amountsOf } from '../../src/policy/amounts.ts';
import type { Budget } from '../../src/policy/budget.ts';
import type { Posting } from '../../src/policy/posting.ts';
import { noMeasures } from '../../src/policy/posting.ts';
import { postingOfReservation } from '../../src/policy/postings.ts';
import type { Reserved } from './gateIngest.ts';
import { CALL_FEMTO } from './gateIngest.ts';

/** A row of `tollgate_data.calls`, without what ingest wrote of reservations and counting. */
interface StoredCall {
  readonly name: string;
  readonly charge: string;
  readonly charge_reason: string | null;
  readonly at_micros: string;
  readonly agent: string | null;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly run_id: string;
  readonly provider: string | null;
  readonly request_model: string | null;
  readonly response_model: string | null;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly cost_usd: string | null;
  readonly tokens: number;
}

const sql = `
select encode(trace_id, 'hex') || '/' || encode(span_id, 'hex') as name, charge, charge_reason,
  (extract(epoch from started_at) * 1000000)::bigint as at_micros, agent, user_id, session_id, run_id, provider,
  request_model, response_model, tags, cost_usd, (input_tokens + output_tokens)::int as tokens
from tollgate_data.calls order by 1`;

export interface SaidOfCall {
  readonly reservationId: string | null;
  readonly isExact: boolean;
}

export interface Naive {
  readonly counters: Readonly<Record<string, string>>;
  readonly claims: Readonly<Record<string, readonly unknown[]>>;
}

/**
 * What has to be counted, by docs/gate.md alone: of the calls as they are charged, the reservations as they were made, and what
 * the copy of each span that stayed says of itself (`said`, by `TRACE/SPAN`).
 */
export async function naive(
  database: Database,
  budgets: readonly Budget[],
  reservations: ReadonlyMap<string, Partial<Reserved> & { readonly decidedMs: number }>,
  said: ReadonlyMap<string, SaidOfCall>,
): Promise<Naive> {
  const calls = await database.query<StoredCall>(sql);
  const nowMicros = Date.now() * 1000;
  const valid = (call: StoredCall): string | null => {
    const id = said.get(call.name)?.reservationId ?? null;
    const reserved = id === null ? undefined : reservations.get(id);
    if (reserved === undefined) return null;
    const { provider, model } = reserved;
    return provider === call.provider && [call.request_model, call.response_model].includes(model ?? '') ? id : null;
  };
  const claimed = new Map(calls.map((call) => [call.name, valid(call)]));
  for (const call of calls) {
    if (call.charge !== 'charged' || claimed.get(call.name) !== null) continue;
    const copies = calls.filter(({ charge_reason: reason }) => reason?.endsWith(` ${call.name}`) === true);
    const ids = copies.flatMap(({ name }) => claimed.get(name) ?? []).sort();
    claimed.set(call.name, ids[0] ?? null);
  }
  const counters = new Counters(budgets, nowMicros);
  const claims: Record<string, readonly unknown[]> = {};
  for (const call of calls) {
    if (call.charge !== 'charged') continue;
    const id = claimed.get(call.name) ?? null;
    const reserved = id === null ? undefined : reservations.get(id);
    const femtoUsd = parseUsd(call.cost_usd ?? '0') ?? 0n;
    const spent = { femtoUsd, unpricedCalls: call.cost_usd === null ? 1 : 0, tokens: call.tokens, calls: 1 };
    const atMicros = reserved === undefined ? Number(call.at_micros) : reserved.decidedMs * 1000;
    counters.add({ ...nothing, facts: factsOf(call), atMicros, spent, overrun: id === null ? spent : noMeasures });
  }
  for (const [id, reserved] of reservations) {
    const boundFemtoUsd = reserved.boundFemtoUsd === undefined ? 10n * CALL_FEMTO : reserved.boundFemtoUsd;
    const own = calls.filter(({ name, charge }) => claimed.get(name) === id && charge !== 'pending');
    const charged = own.filter(({ charge }) => charge === 'charged');
    const unpriced = (of: readonly StoredCall[]): number => of.filter(({ cost_usd: cost }) => cost === null).length;
    const unpricedClaims = unpriced(own);
    const claimedUnpricedCalls = unpriced(charged);
    const claimedCalls = charged.length;
    const exactClaims = own.filter(
      ({ name, cost_usd: cost }) => said.get(name)?.isExact === true && (cost !== null || boundFemtoUsd === null),
    ).length;
    const claimedFemtoUsd = charged.reduce((sum, { cost_usd: cost }) => sum + (parseUsd(cost ?? '') ?? 0n), 0n);
    const claimedTokens = charged.reduce((sum, { tokens }) => sum + tokens, 0);
    const ofCharged = [formatUsd(claimedFemtoUsd), claimedUnpricedCalls, claimedTokens, claimedCalls];
    claims[Number.parseInt(id.slice(-12), 16)] = [own.length, exactClaims, unpricedClaims, ...ofCharged];
    const { agent = null, provider = null, model = null } = reserved;
    counters.add(
      postingOfReservation({
        facts: { ...nobody, agent, provider, model },
        decidedMicros: reserved.decidedMs * 1000,
        boundFemtoUsd,
        boundTokens: 2000,
        phase: reserved.phase ?? 'open',
        rank: reserved.rank ?? 0,
        settledFemtoUsd: reserved.settledFemtoUsd ?? null,
        settledTokens: reserved.settledTokens ?? 0,
        claims: own.length,
        exactClaims,
        unpricedClaims,
        claimedFemtoUsd,
        claimedUnpricedCalls,
        claimedTokens,
        claimedCalls,
      }),
    );
  }
  return { counters: counters.texts(), claims };
}

const nobody: Posting['facts'] = {
  tenant: 'default',
  agent: null,
  user: null,
  session: null,
  run: null,
  model: null,
  responseModel: null,
  provider: null,
  service: null,
  environment: null,
  tags: {},
};
const nothing = {
  spent: noMeasures,
  reserved: noMeasures,
  presumed: noMeasures,
  lapsed: noMeasures,
  overrun: noMeasures,
  late: noMeasures,
};

function factsOf(call: StoredCall): Posting['facts'] {
  const { agent, user_id: user, session_id: session, run_id: run, provider, tags } = call;
  const { request_model: model, response_model: responseModel } = call;
  return { ...nobody, agent, user, session, run, model, responseModel, provider, tags: tags ?? {} };
}

/** One posting after another into one counter after another. */
class Counters {
  readonly #sums = new Map<string, [bigint, bigint, bigint, bigint]>();
  readonly #budgets: readonly Budget[];
  readonly #nowMicros: number;

  constructor(budgets: readonly Budget[], nowMicros: number) {
    this.#budgets = budgets;
    this.#nowMicros = nowMicros;
  }

  add(posting: Posting): void {
    const { facts, atMicros } = posting;
    const value = (dimension: string): string => {
      if (dimension.startsWith('tag.')) return facts.tags[dimension.slice(4)] ?? '(none)';
      const found = facts[dimension as 'agent'];
      return found ?? '(none)';
    };
    for (const budget of this.#budgets) {
      const { window } = budget;
      const matches = Object.entries(budget.match).every(([name, glob]) => compileGlob(glob)(value(name)));
      const ofWindow = window.kind === 'run' || window.kind === 'session' ? [window.kind] : [];
      if (!matches || ofWindow.some((name) => value(name) === '(none)')) continue;
      const start = startOf(window, atMicros, this.#nowMicros);
      if (start === null) continue;
      const key = [...budget.per, ...ofWindow].sort().map(value);
      const name = [budget.name, start, ...key].join(' ');
      const amounts = amountsOf(budget, posting);
      const [spent, reserved, overrun, expired] = this.#sums.get(name) ?? [0n, 0n, 0n, 0n];
      this.#sums.set(name, [
        spent + amounts.spent,
        reserved + amounts.reserved,
        overrun + amounts.overrun,
        expired + amounts.expiredUnsettled,
      ]);
    }
  }

  texts(): Record<string, string> {
    const sums = [...this.#sums].filter(([, amounts]) => amounts.some((amount) => amount !== 0n));
    return Object.fromEntries(sums.map(([name, amounts]) => [name, amounts.join(' ')]));
  }
}

/** Of UTC windows; null where counting had not begun, or is over. */
function startOf(window: Budget['window'], atMicros: number, nowMicros: number): string | null {
  const at = new Date(atMicros / 1000).toISOString();
  const now = new Date(nowMicros / 1000).toISOString();
  switch (window.kind) {
    case 'day':
    case 'month': {
      const chars = { day: 10, month: 7 }[window.kind];
      // A budget counts from the window in which it was made.
      return at.slice(0, chars) < now.slice(0, chars) ? null : at.slice(0, chars);
    }
    case 'rolling':
      // No call of the scenarios is near the end of the window: 0, 1 or 2 hours ago, and it is 90 minutes long.
      return atMicros < nowMicros - window.ms * 1000 ? null : '';
    case 'hour':
    case 'week':
      throw new Error(`expected a window of the scenarios, found ${window.kind}`);
    case 'run':
    case 'session':
      return '';
  }
}
