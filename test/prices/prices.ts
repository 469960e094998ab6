import type { PriceBook } from '../../processor/prices/priceBook.ts';
import type { LlmCall } from '../../src/call.ts';
import { formatUsd } from '../../src/money.ts';
import type { WrittenPrice, WrittenRates } from '../../src/pricing/writtenPrice.ts';
import { emptyUsage } from '../../src/usage.ts';
import { plainCall } from '../support/llmCall.ts';

export const nobody = { keyId: null, keyName: null };

export function perMillion(input: string, output: string): WrittenRates {
  return { input_usd_per_mtok: input, output_usd_per_mtok: output };
}

/** Of gpt-4o, 1 USD a million tokens of input and 2 of output, always. */
export function aPrice(parts: Partial<WrittenPrice> = {}): WrittenPrice {
  return {
    provider: 'openai',
    model: 'gpt-4o',
    from: null,
    to: null,
    rates: perMillion('1', '2'),
    longContext: [],
    mapsTo: null,
    ...parts,
  };
}

/** A chat with gpt-4o, 1,000 tokens in and 100 out: by the library's card 0.0025 + 0.001 = 0.0035 USD. */
export function chatAt(iso: string, parts: Partial<LlmCall> = {}): LlmCall {
  return {
    ...plainCall,
    startUnixNano: BigInt(Date.parse(iso)) * 1_000_000n,
    usage: { ...emptyUsage, input_uncached: 1000, output: 100 },
    ...parts,
  };
}

/** In USD; throws where nobody can price it. */
export function costIn(book: Pick<PriceBook, 'snapshot'>, tenant: string, call: LlmCall): string {
  const { pricing, overridesOf } = book.snapshot;
  const { price } = pricing.price(call, overridesOf(tenant));
  if (price.status === 'unpriced') throw new Error(`expected a price, found ${price.reason}`);
  return formatUsd(price.costFemtoUsd);
}
