export const charges = ['charged', 'duplicate', 'container', 'pending', 'all'] as const;
type ChargeChoice = (typeof charges)[number];

export const costStatuses = ['priced', 'reported', 'estimated', 'lossy', 'unpriced'] as const;

const TRACE_ID = /^[0-9a-f]{32}$/i;
/** As the API takes an amount: no exponent, at most 15 decimals. */
const USD = /^\d+(\.\d{1,15})?$/;

/** What a list of calls is narrowed to beside its dimensions; null is no narrowing. */
export interface CallQuestion {
  readonly charge: ChargeChoice;
  readonly costStatus: string | null;
  readonly minCost: string | null;
  readonly traceId: string | null;
  readonly sort: string;
}

/** What the address says amiss is passed over, as if it were not there. */
export function readCallQuestion(query: URLSearchParams): CallQuestion {
  const known = <T extends string>(all: readonly T[], name: string): T | null =>
    all.find((one) => one === query.get(name)) ?? null;
  const matching = (pattern: RegExp, name: string): string | null => {
    const text = query.get(name)?.trim() ?? '';
    return pattern.test(text) ? text : null;
  };
  return {
    charge: known(charges, 'charge') ?? 'charged',
    costStatus: known(costStatuses, 'cost_status'),
    minCost: matching(USD, 'min_cost_usd'),
    traceId: matching(TRACE_ID, 'trace_id'),
    sort: query.get('sort') ?? '-started_at',
  };
}

export function callParams(question: CallQuestion): Record<string, string | null> {
  return {
    charge: question.charge === 'charged' ? null : question.charge,
    cost_status: question.costStatus,
    min_cost_usd: question.minCost,
    trace_id: question.traceId,
    sort: question.sort,
  };
}

/** Whether the sums of the cost cube are sums over the calls that the list shows. */
export function isWholeSum({ charge, costStatus, minCost, traceId }: CallQuestion): boolean {
  return charge === 'charged' && costStatus === null && minCost === null && traceId === null;
}

export function isTraceId(text: string): boolean {
  return TRACE_ID.test(text.trim());
}

export function isUsd(text: string): boolean {
  return USD.test(text.trim());
}
