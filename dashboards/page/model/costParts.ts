/** One bucket of a call: how much, at which rate, for how much. */
export interface CostPart {
  readonly bucket: string;
  /** Null: nobody reported it. A fee for the request itself is one request. */
  readonly quantity: number | null;
  /** What a rate is written for. */
  readonly per: 'million' | 'thousand';
  /** USD for `per`, as the cost and the quantity say; null where there is no cost or nothing to divide by. */
  readonly rateUsd: string | null;
  /** False where the rate has more digits than money has, and `rateUsd` is rounded. */
  readonly isRateExact: boolean;
  /** Exact; null where the call has no price. */
  readonly costUsd: string | null;
  /** Reasoning is a part of output; it is counted apart only where it is priced apart. */
  readonly isPartOfOutput: boolean;
}

type Usage = Readonly<Record<string, number | null>>;
type Cost = Readonly<Record<string, string>>;

const DECIMALS = 15;
const ONE = 10n ** BigInt(DECIMALS);
const countedInThousands = new Set(['web_search_requests', 'requests']);

/** The buckets of a call in the order of its usage, those that nobody reported left out. */
export function costParts(usage: Usage, cost: Cost | null): CostPart[] {
  const names = [...new Set([...Object.keys(usage), ...Object.keys(cost ?? {})])];
  return names
    .filter((bucket) => (usage[bucket] ?? null) !== null || cost?.[bucket] !== undefined)
    .map((bucket) => costPart(bucket, usage, cost));
}

function costPart(bucket: string, usage: Usage, cost: Cost | null): CostPart {
  const isPartOfOutput = bucket === 'reasoning' && cost?.['reasoning'] === undefined;
  const quantity = quantityOf(bucket, usage, cost);
  const per = countedInThousands.has(bucket) ? 'thousand' : 'million';
  const costUsd = cost === null || isPartOfOutput ? null : (cost[bucket] ?? '0');
  const rate = rateOf(costUsd, quantity, per);
  return { bucket, quantity, per, ...rate, costUsd, isPartOfOutput };
}

function quantityOf(bucket: string, usage: Usage, cost: Cost | null): number | null {
  if (bucket === 'requests') return 1;
  const quantity = usage[bucket] ?? null;
  // Where reasoning has a rate of its own, output is charged without it.
  if (bucket === 'output' && quantity !== null && cost?.['reasoning'] !== undefined) {
    return quantity - (usage['reasoning'] ?? 0);
  }
  return quantity;
}

const NO_RATE = { rateUsd: null, isRateExact: true };

function rateOf(costUsd: string | null, quantity: number | null, per: CostPart['per']) {
  const femtoUsd = costUsd === null ? null : parseFemto(costUsd);
  if (femtoUsd === null || femtoUsd === 0n || quantity === null || quantity <= 0 || !Number.isInteger(quantity)) {
    return NO_RATE;
  }
  const dividend = femtoUsd * (per === 'million' ? 1_000_000n : 1_000n);
  const divisor = BigInt(quantity);
  return { rateUsd: formatFemto(dividend / divisor), isRateExact: dividend % divisor === 0n };
}

/** Null where the text is no decimal number of at most 15 decimals. */
export function parseFemto(usd: string): bigint | null {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,15}))?$/.exec(usd) ?? [];
  if (whole === '') return null;
  const size = BigInt(whole) * ONE + BigInt(fraction.padEnd(DECIMALS, '0'));
  return sign === '-' ? -size : size;
}

export function formatFemto(femtoUsd: bigint): string {
  const size = femtoUsd < 0n ? -femtoUsd : femtoUsd;
  const fraction = String(size % ONE)
    .padStart(DECIMALS, '0')
    .replace(/0+$/, '');
  return `${femtoUsd < 0n ? '-' : ''}${size / ONE}${fraction === '' ? '' : `.${fraction}`}`;
}
