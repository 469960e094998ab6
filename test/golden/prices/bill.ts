import { expect } from 'vitest';
import type { LlmCall, PriceFacts } from '../../../src/call.ts';
import { formatUsd, parseUsd } from '../../../src/money.ts';
import { defaultPriceSettings, type PriceSettings } from '../../../src/pricing/priceSettings.ts';
import { rateNames, type LongContext, type RateKey, type WrittenPrice } from '../../../src/pricing/writtenPrice.ts';
import { otherBuckets, type Usage } from '../../../src/usage.ts';
import { llmCall, tokens, unixNano } from '../../pricing/llmCall.ts';

/**
 * Bills as one would write them by hand, one a line:
 *
 *     provider model [start] [key=value …] | bucket amount × rate + … | total | card [since] [source] [status]
 *
 * A rate is USD for a million tokens, or for a thousand (`/k`), with factors behind it (`× 1/2`); a bucket without a rate
 * costs nothing of its own. Without a start the call is of Thursday 2026-10-15T12:00Z. Keys: `tier`, `geo`, `speed`, `size` (of
 * the search context) of the call; `zone`, `bedrock`, `vertex` are settings. The source is `default` and the status `priced` where
 * none is written. A line that begins with `#` says where the rates of those below it are typed from; one that begins with
 * `set` is the one override of those below it, up to the next.
 */
export interface Bill {
  readonly line: string;
  readonly sources: string;
  readonly override: WrittenPrice | null;
}

export function readBills(text: string): readonly Bill[] {
  let sources = '';
  let override: WrittenPrice | null = null;
  return text.split('\n').flatMap((line): Bill[] => {
    if (line.startsWith('# ')) sources = line.slice(2);
    if (line.startsWith('set ')) override = readOverride(line.slice(4));
    return line.split(' | ').length === 4 ? [{ line, sources, override }] : [];
  });
}

/** `set PROVIDER MODEL → MODEL` or `set PROVIDER MODEL [FROM .. TO] | input RATE output RATE … [above TOKENS input RATE …]`. */
function readOverride(text: string): WrittenPrice | null {
  if (text === 'none') return null;
  const [names = '', mapsTo = null] = text.split(' → ');
  const [who = '', said = ''] = names.split(' | ');
  const [provider = '', model = '', from = null, , to = null] = who.trim().split(' ');
  const [rates = '', ...above] = said.split(' above ');
  const longContext = above.map((band): LongContext => {
    const [aboveInputTokens = '', ...pairs] = band.split(' ');
    return { aboveInputTokens: Number(aboveInputTokens), rates: readRates(pairs) };
  });
  return { provider, model, from, to, rates: readRates(rates.split(' ')), longContext, mapsTo };
}

function readRates(pairs: readonly string[]): WrittenPrice['rates'] {
  const rates: Partial<Record<RateKey, string>> = {};
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const name = (Object.keys(rateNames) as RateKey[]).find((key) => key.startsWith(`${pairs[at]}_usd`));
    if (name === undefined) throw new Error(`not a rate: ${pairs[at]}`);
    rates[name] = pairs[at + 1] ?? '';
  }
  return rates;
}

interface Item {
  readonly bucket: string;
  readonly amount: number;
  /** What the bill says the bucket costs; null where it names no rate. */
  readonly usd: string | null;
}

/** `output 500 × 10 × 1/2` is 500 tokens at half of 10 USD a million; `requests 1 × 5/k` one at 5 USD a thousand. */
function readItem(text: string): Item {
  const match = /^(\w+) (\d+)(?: × ([\d.]+)(\/k)?((?: × \d+\/\d+)*))?$/.exec(text.trim());
  if (match === null) throw new Error(`not an item of a bill: ${text}`);
  const [, bucket = '', amount = '', rate, perThousand, factors = ''] = match;
  if (rate === undefined) return { bucket, amount: Number(amount), usd: null };
  let numerator = BigInt(amount) * (parseUsd(rate) ?? 0n);
  let denominator = perThousand === undefined ? 1_000_000n : 1_000n;
  for (const [, over = '', under = ''] of factors.matchAll(/(\d+)\/(\d+)/g)) {
    numerator *= BigInt(over);
    denominator *= BigInt(under);
  }
  expect(numerator % denominator, text).toBe(0n);
  return { bucket, amount: Number(amount), usd: formatUsd(numerator / denominator) };
}

/** Output as emitters report it: with the reasoning inside, which a bill that prices reasoning apart lists beside it. */
function usageOf(items: readonly Item[]): Usage {
  const amounts = Object.fromEntries(items.map(({ bucket, amount }) => [bucket, amount]));
  const reasoning = items.find(({ bucket, usd }) => bucket === 'reasoning' && usd !== null);
  if (reasoning !== undefined) amounts['output'] = (amounts['output'] ?? 0) + reasoning.amount;
  const isOther = (bucket: string): boolean => otherBuckets.some((other) => other === bucket);
  const known = Object.entries(amounts).filter(([bucket]) => bucket !== 'requests' && !isOther(bucket));
  const other = Object.entries(amounts).filter(([bucket]) => isOther(bucket));
  return tokens({ ...Object.fromEntries(known), other: Object.fromEntries(other) });
}

const statuses = ['estimated', 'priced'];
const priceSources = ['default', 'correction', 'custom'];

/** What a line says of the price, and the call and settings that it is of. */
export interface ReadBill {
  readonly call: LlmCall;
  readonly settings: PriceSettings;
  readonly usd: string;
  readonly parts: Readonly<Record<string, string | null>>;
  readonly price: { readonly status: string; readonly source: string; readonly card: string; readonly effectiveFrom: string | null };
}

export function readBill({ line }: Bill): ReadBill {
  const [on = '', what = '', usd = '', printed = ''] = line.split(' | ');
  const [provider = '', model = '', ...said] = on.split(' ');
  const at = said.find((word) => /^\d{4}-/.test(word)) ?? '2026-10-15T12:00:00Z';
  const keys = Object.fromEntries(said.filter((word) => word.includes('=')).map((word) => word.split('=')));
  const facts: PriceFacts = {
    inferenceGeo: keys['geo'] ?? null,
    speed: keys['speed'] ?? null,
    searchContextSize: keys['size'] ?? null,
  };
  const hasFacts = Object.values(facts).some((fact) => fact !== null);
  const items = what.split(' + ').map(readItem);
  const [card = '', ...words] = printed.split(' ');
  const since = words.find((word) => /^\d{4}-/.test(word));
  return {
    call: llmCall({
      provider,
      model,
      requestModel: model,
      usage: usageOf(items),
      startUnixNano: unixNano(at),
      serviceTier: keys['tier'] ?? null,
      priceFacts: hasFacts ? facts : null,
    }),
    settings: {
      azureZone: keys['zone'] ?? defaultPriceSettings.azureZone,
      bedrockRegion: keys['bedrock'] ?? defaultPriceSettings.bedrockRegion,
      vertexLocation: keys['vertex'] ?? defaultPriceSettings.vertexLocation,
    },
    usd,
    parts: Object.fromEntries(items.filter((item) => item.usd !== null).map((item) => [item.bucket, item.usd])),
    price: {
      status: words.find((word) => statuses.includes(word)) ?? 'priced',
      source: words.find((word) => priceSources.includes(word)) ?? 'default',
      card,
      effectiveFrom: since === undefined ? null : new Date(since).toISOString(),
    },
  };
}
