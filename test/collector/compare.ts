import { formatUsd } from '../../src/money.ts';
import { getAllCalls, getCosts, type Call } from '../support/asking.ts';
import { costFemtoUsd, type ChatCall } from '../support/exports.ts';
import type { TraceBackend } from './traceBackend.ts';

/** What senders know of what they sent. */
export interface SentCalls {
  /** Every call that was sent, answered or not, by span id. */
  readonly sent: ReadonlyMap<string, ChatCall>;
  /** Span ids of exports that the Collector acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
}

export interface Comparison {
  readonly acknowledged: number;
  readonly charged: number;
  /** Sent, never acknowledged, and charged all the same: the answer was lost on its way. */
  readonly chargedUnacknowledged: number;
  readonly costUsd: string;
  /** At the backend: different spans, and copies of all. */
  readonly arrived: number;
  readonly copies: number;
  /** Everything that is not as it must be, in words. */
  readonly findings: readonly string[];
}

/**
 * Compares what was sent with what the ledger has and with what came to the backend, by span id and to the last digit of the cost,
 * which is worked out from the token counts. Others' calls in the ledger are left to `isOther`.
 */
export async function compareCalls(
  { sent, acknowledged }: SentCalls,
  apiBase: string,
  backend: TraceBackend,
  isOther: (call: Call) => boolean = () => false,
): Promise<Comparison> {
  const calls = await getAllCalls(apiBase);
  const own = calls.filter((call) => !isOther(call));
  const charged = new Map(own.map((call) => [call.span_id, call]));
  const findings: string[] = [];
  if (charged.size < own.length) findings.push(`${own.length - charged.size} span ids stand in the ledger twice`);
  for (const spanId of acknowledged) if (!charged.has(spanId)) findings.push(`${spanId} is not in the ledger`);
  for (const call of own) findings.push(...chargeFindings(call, sent.get(call.span_id)));

  const cost = own.reduce((sum, { span_id: spanId }) => sum + expectedFemtoUsd(sent.get(spanId)), 0n);
  const all = calls.reduce((sum, call) => sum + (isOther(call) ? 1 : 0), own.length);
  const { totals } = await getCosts(apiBase);
  if (totals.calls !== all) findings.push(`the cube has ${totals.calls} calls, the list ${all}`);
  if (all === own.length && totals.cost_usd !== formatUsd(cost))
    findings.push(`the cube has ${totals.cost_usd} USD, expected ${formatUsd(cost)}`);

  const arrivals = [...charged.keys()].map((spanId) => {
    const call = sent.get(spanId);
    const copies = backend.arrived.get(`${call?.traceId}/${spanId}`) ?? [];
    if (copies.length === 0) findings.push(`${spanId} is not at the backend`);
    for (const { attributes } of copies) {
      const [costUsd, charge] = [attributes.get('tollgate.cost.usd'), attributes.get('tollgate.charge')];
      if (costUsd !== formatUsd(expectedFemtoUsd(call)) || charge !== 'charged')
        findings.push(`${spanId} is at the backend with ${costUsd} USD, ${charge}`);
    }
    return copies.length;
  });
  return {
    acknowledged: acknowledged.size,
    charged: charged.size,
    chargedUnacknowledged: [...charged.keys()].filter((spanId) => !acknowledged.has(spanId)).length,
    costUsd: formatUsd(cost),
    arrived: arrivals.filter((copies) => copies > 0).length,
    copies: arrivals.reduce((sum, copies) => sum + copies, 0),
    findings,
  };
}

const expectedFemtoUsd = (call: ChatCall | undefined): bigint => (call === undefined ? 0n : costFemtoUsd(call));

function chargeFindings(call: Call, sent: ChatCall | undefined): string[] {
  const { span_id: spanId, cost_usd: costUsd, charge } = call;
  if (sent === undefined) return [`${spanId} is in the ledger and was never sent`];
  const expected = formatUsd(costFemtoUsd(sent));
  if (call.trace_id === sent.traceId && charge === 'charged' && costUsd === expected) return [];
  return [`${spanId} costs ${costUsd} USD, ${charge}; expected ${expected}, charged`];
}
