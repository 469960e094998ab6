import type { CallRow } from '../../api/callJson.ts';
import { type FemtoUsd, parseUsd } from '../../../src/money.ts';
import { type MeterKind, meterKinds, meters, pricingUnits } from './meters.ts';

/** A part of what a call is charged. */
interface CallCharge {
  readonly kind: MeterKind;
  readonly quantity: bigint;
  readonly costFemtoUsd: FemtoUsd;
  /** Of one PricingUnit; null where the price is not one by the unit, or none is known. */
  readonly unitPriceFemtoUsd: FemtoUsd | null;
}

/**
 * What a call is charged, one part a kind of token or fee; the costs add up to the call's to the digit. What has no part, as a sum
 * that the provider reported, stands on the call itself; and so does a call that consumed nothing, so that every call has a row.
 */
export function chargesOfCall(row: CallRow): readonly CallCharge[] {
  const quantities = quantitiesOf(row);
  const costs = costsOf(row);
  const whole =
    (row.cost_usd === null ? 0n : usd(row.cost_usd)) - [...costs.values()].reduce((sum, cost) => sum + cost, 0n);
  const isByUnit = row.cost_usd !== null && row.price_source !== 'provider' && row.price_card !== null;
  const charges: CallCharge[] = [];
  for (const kind of meterKinds) {
    const costFemtoUsd = costs.get(kind) ?? 0n;
    const quantity = quantities.get(kind) ?? 0n;
    if (quantity === 0n && costFemtoUsd === 0n) continue;
    const unitPriceFemtoUsd = isByUnit ? unitPrice(kind, quantity, costFemtoUsd) : null;
    charges.push({ kind, quantity, costFemtoUsd, unitPriceFemtoUsd });
  }
  if (whole !== 0n || charges.length === 0) {
    charges.push({ kind: 'call', quantity: 1n, costFemtoUsd: whole, unitPriceFemtoUsd: null });
  }
  return charges;
}

/** Reasoning is a part of output, and a row of its own only where it is charged by itself. */
function quantitiesOf(row: CallRow): ReadonlyMap<MeterKind, bigint> {
  const { input_uncached, cache_read, cache_write_5m, cache_write_1h, output, reasoning, usage_other: other } = row;
  const isFee = Object.hasOwn(row.cost_parts ?? {}, 'requests');
  const isReasoningCharged = Object.hasOwn(row.cost_parts ?? {}, 'reasoning');
  const reasoningTokens = isReasoningCharged ? BigInt(reasoning ?? 0) : 0n;
  const reported: Partial<Record<MeterKind, string | number | bigint | null>> = {
    ...other,
    input_uncached,
    cache_read,
    cache_write_5m,
    cache_write_1h,
    output: BigInt(output ?? reasoningTokens) - reasoningTokens,
    reasoning: reasoningTokens,
    requests: isFee ? 1n : 0n,
  };
  return new Map(meterKinds.map((kind) => [kind, BigInt(reported[kind] ?? 0)]));
}

function costsOf({ cost_usd: cost, cost_parts: parts }: CallRow): ReadonlyMap<MeterKind, FemtoUsd> {
  const costs = new Map<MeterKind, FemtoUsd>();
  if (cost === null) return costs;
  for (const [kind, part] of Object.entries(parts ?? {})) {
    if (Object.hasOwn(meters, kind)) costs.set(kind as MeterKind, usd(part));
  }
  return costs;
}

/** Only where it gives the cost to the digit: a price that was rounded would be another. */
function unitPrice(kind: MeterKind, quantity: bigint, costFemtoUsd: FemtoUsd): FemtoUsd | null {
  const priced = costFemtoUsd * pricingUnits[meters[kind].unit].size;
  return quantity > 0n && priced % quantity === 0n ? priced / quantity : null;
}

function usd(text: string): FemtoUsd {
  const femtoUsd = parseUsd(text);
  if (femtoUsd === null) throw new Error(`expected an amount of USD in the store, found ${text}`);
  return femtoUsd;
}
