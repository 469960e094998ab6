import { noSubject } from '../../src/attribution/subject.ts';
import type { Charge, LlmCall } from '../../src/call.ts';
import { usageByRank } from '../../src/charging/figuresRank.ts';
import { type FemtoUsd, parseUsd } from '../../src/money.ts';
import { isUsageUnknown, type Usage } from '../../src/usage.ts';
import type { PriceSnapshot } from '../prices/priceBook.ts';
import { isPriceOfRow, type PriceRow, type StoredPrice } from '../store/priceColumns.ts';
import { priceFactsOfRow, type StoredPriceFacts } from '../store/priceFactsColumn.ts';
import type { NewPrice } from '../store/traceRows.ts';

/** Of a stored call what decides its price, and the price it has. */
export interface StoredCallRow extends PriceRow {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id: string | null;
  readonly start_micros: string;
  readonly duration_nano: string;
  readonly provider: string | null;
  readonly model: string | null;
  readonly request_model: string | null;
  readonly response_model: string | null;
  readonly input_uncached: string | null;
  readonly cache_read: string | null;
  readonly cache_write_5m: string | null;
  readonly cache_write_1h: string | null;
  readonly output: string | null;
  readonly reasoning: string | null;
  readonly usage_other: Usage['other'] | null;
  readonly reported_cost_usd: string | null;
  readonly price_facts: StoredPriceFacts | null;
  readonly figures_rank: number;
  readonly charge: Charge;
}

export interface StoredCall {
  readonly tenant: string;
  readonly row: StoredCallRow;
  readonly startMicros: number;
  /** Null: unpriced. */
  readonly costFemtoUsd: FemtoUsd | null;
}

export function storedCallOf(tenant: string, row: StoredCallRow): StoredCall {
  const costFemtoUsd = row.cost_usd === null ? null : usdOf('cost_usd', row.cost_usd);
  return { tenant, row, startMicros: Number(row.start_micros), costFemtoUsd };
}

/**
 * The price that the call has by the prices of the snapshot, where it is another one than stored; else null. A call whose usage contradicts
 * itself, or that the provider refused, keeps what it has: no price list says anything about it.
 */
export function newPriceOf({ tenant, row, startMicros }: StoredCall, prices: PriceSnapshot): NewPrice | null {
  const usage = usageOf(row);
  if (row.unpriced_reason === 'inconsistent_usage' || (isUsageUnknown(usage) && isNotBilled(row))) return null;
  const { price, serviceTier } = prices.pricing.price(callOf(row, usage, startMicros), prices.overridesOf(tenant));
  const stored: StoredPrice = { price, serviceTier };
  if (isPriceOfRow(row, stored)) return null;
  return {
    tenant,
    traceId: row.trace_id,
    spanId: row.span_id,
    startMicros,
    parentSpanId: row.parent_span_id,
    endMicros: startMicros + Number(BigInt(row.duration_nano) / NANOS_A_MICRO),
    stored,
  };
}

/** Priced at 0 without a card: the answer was an HTTP error, which the row does not say any more. */
function isNotBilled(row: StoredCallRow): boolean {
  return row.cost_status === 'priced' && row.price_source === 'default' && row.price_card === null;
}

const NANOS_A_MICRO = 1000n;

function usageOf(row: StoredCallRow): Usage {
  return {
    input_uncached: tokensOf(row.input_uncached),
    cache_read: tokensOf(row.cache_read),
    cache_write_5m: tokensOf(row.cache_write_5m),
    cache_write_1h: tokensOf(row.cache_write_1h),
    output: tokensOf(row.output),
    reasoning: tokensOf(row.reasoning),
    other: row.usage_other ?? {},
  };
}

function tokensOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}

/** The call as it arrived, as far as prices depend on it. */
function callOf(row: StoredCallRow, usage: Usage, startMicros: number): LlmCall {
  const { provider, model } = row;
  return {
    traceId: row.trace_id,
    spanId: row.span_id,
    parentSpanId: row.parent_span_id,
    name: '',
    kind: 0,
    startUnixNano: BigInt(startMicros) * NANOS_A_MICRO,
    durationNano: BigInt(row.duration_nano),
    status: 'ok',
    service: null,
    environment: null,
    operation: null,
    own: noSubject,
    role: 'call',
    containerRule: null,
    dialect: '',
    scope: null,
    provider,
    model,
    requestModel: row.request_model,
    responseModel: row.response_model,
    responseId: null,
    requestId: null,
    reservationId: null,
    errorType: null,
    httpStatus: null,
    usage,
    cacheSemantics: null,
    // Calls that were stored before `price_facts` was say these by their rank alone.
    ...usageByRank(row.figures_rank),
    // Of a call whose cost the provider reports: no other price holds then.
    usageFault: row.price_facts?.usage_fault === true ? 'as it was stored' : null,
    serviceTier: row.service_tier,
    priceFacts: priceFactsOfRow(row.price_facts).priceFacts,
    reportedCostFemtoUsd: row.reported_cost_usd === null ? null : usdOf('reported_cost_usd', row.reported_cost_usd),
    resourceSubject: noSubject,
  };
}

function usdOf(column: string, text: string): FemtoUsd {
  const cost = parseUsd(text);
  if (cost === null) throw new Error(`calls.${column}: expected USD with at most 15 decimals, found ${text}`);
  return cost;
}
