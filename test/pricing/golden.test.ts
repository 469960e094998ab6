import { describe, expect, it } from 'vitest';
import { formatUsd, parseUsd } from '../../src/money.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import { otherBuckets } from '../../src/usage.ts';
import { bills } from './bills.ts';
import { llmCall, tokens, unixNano } from './llmCall.ts';

interface Item {
  readonly bucket: string;
  readonly amount: number;
  /** What the bill says the bucket costs; null where it names no rate. */
  readonly usd: string | null;
}

/** `output 500 × 10` is 500 tokens at 10 USD a million; `web_search_requests 3 × 10/k` three at 10 USD a thousand. */
function readItem(text: string): Item {
  const match = /^(\w+) (\d+)(?: × ([\d.]+)(\/k)?)?$/.exec(text.trim());
  if (match === null) throw new Error(`not an item of a bill: ${text}`);
  const [, bucket = '', amount = '', rate, perThousand] = match;
  if (rate === undefined) return { bucket, amount: Number(amount), usd: null };
  const exact = BigInt(amount) * (parseUsd(rate) ?? 0n);
  const per = perThousand === undefined ? 1_000_000n : 1_000n;
  expect(exact % per, text).toBe(0n);
  return { bucket, amount: Number(amount), usd: formatUsd(exact / per) };
}

/** Output as emitters report it: with the reasoning inside, which a bill that prices reasoning apart lists beside it. */
function usageOf(items: readonly Item[]): ReturnType<typeof tokens> {
  const amounts = Object.fromEntries(items.map(({ bucket, amount }) => [bucket, amount]));
  const reasoning = items.find(({ bucket, usd }) => bucket === 'reasoning' && usd !== null);
  if (reasoning !== undefined) amounts['output'] = (amounts['output'] ?? 0) + reasoning.amount;
  const isOther = (bucket: string): boolean => otherBuckets.some((other) => other === bucket);
  const known = Object.entries(amounts).filter(([bucket]) => bucket !== 'requests' && !isOther(bucket));
  const other = Object.entries(amounts).filter(([bucket]) => isOther(bucket));
  return tokens({ ...Object.fromEntries(known), other: Object.fromEntries(other) });
}

describe('the bill, to the last digit', () => {
  const pricing = createPricing();
  const lines = bills.split('\n').filter((line) => line.includes(' | '));

  it('is written out for at least 30 cases', () => {
    expect(lines.length).toBeGreaterThanOrEqual(30);
  });

  it.each(lines)('%s', (line) => {
    const [on = '', what = '', usd = '', printed = ''] = line.split(' | ');
    const [provider = '', model = '', at = '2026-10-01T12:00:00Z'] = on.split(' ');
    const [card = '', from] = printed.split(' ');
    const items = what.split(' + ').map(readItem);
    const call = llmCall({ provider, model, usage: usageOf(items), startUnixNano: unixNano(at) });

    const { price } = pricing.price(call);

    if (price.status === 'unpriced') throw new Error(`unpriced: ${price.reason}`);
    const parts = Object.entries(price.partsFemtoUsd).map(([bucket, femtoUsd]) => [bucket, formatUsd(femtoUsd)]);
    const billed = items.filter((item) => item.usd !== null).map((item) => [item.bucket, item.usd]);
    expect(Object.fromEntries(parts)).toEqual(Object.fromEntries(billed));
    expect(formatUsd(price.costFemtoUsd)).toBe(usd);
    const effectiveFrom = from === undefined ? null : `${from}T00:00:00.000Z`;
    expect(price).toMatchObject({ status: 'priced', source: 'default', card, effectiveFrom, serviceTier: 'standard' });
  });
});
