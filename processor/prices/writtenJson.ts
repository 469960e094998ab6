import type { LongContext, WrittenPrice, WrittenRates } from '../../src/pricing/writtenPrice.ts';

/** Rates as the API writes them: flat, long-context ones beside their threshold. */
export interface RatesJson extends WrittenRates {
  readonly long_context?: readonly LongContextJson[];
}

interface LongContextJson extends WrittenRates {
  readonly above_input_tokens: number;
}

/** Null where the price maps to another model. */
export function ratesJson({ rates, longContext, mapsTo }: WrittenPrice): RatesJson | null {
  if (mapsTo !== null) return null;
  return longContext.length === 0 ? rates : { ...rates, long_context: longContextJson(longContext) };
}

/** A price that was set, as the API writes it. */
export interface PriceJson extends WrittenRates {
  readonly provider: string;
  readonly model: string;
  readonly effective_from: string | null;
  readonly effective_to: string | null;
  readonly long_context: readonly LongContextJson[];
  readonly maps_to: string | null;
}

export function priceJson({ provider, model, from, to, rates, longContext, mapsTo }: WrittenPrice): PriceJson {
  return {
    provider,
    model,
    effective_from: from,
    effective_to: to,
    ...rates,
    long_context: longContextJson(longContext),
    maps_to: mapsTo,
  };
}

function longContextJson(longContext: readonly LongContext[]): LongContextJson[] {
  return longContext.map(({ aboveInputTokens, rates }) => ({ above_input_tokens: aboveInputTokens, ...rates }));
}

export function ratesOfJson(json: RatesJson | null): Pick<WrittenPrice, 'rates' | 'longContext'> {
  const { long_context: longContext = [], ...rates } = json ?? {};
  return {
    rates,
    longContext: longContext.map(({ above_input_tokens: aboveInputTokens, ...above }) => ({
      aboveInputTokens,
      rates: above,
    })),
  };
}
