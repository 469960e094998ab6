import type { Bucket } from '../../../src/usage.ts';

/** What of a call is metered: a bucket of its usage, or the call itself where its cost is one sum. */
export type MeterKind = Bucket | 'call';

export interface Meter {
  /** FOCUS's SkuMeter. */
  readonly name: string;
  readonly unit: 'Tokens' | 'Requests' | 'Calls';
}

/** The order in which a call's rows stand, the first of which counts the call. */
export const meters: Readonly<Record<MeterKind, Meter>> = {
  input_uncached: { name: 'Input Tokens', unit: 'Tokens' },
  cache_read: { name: 'Cached Input Tokens', unit: 'Tokens' },
  cache_write_5m: { name: 'Cache Write Tokens', unit: 'Tokens' },
  cache_write_1h: { name: 'One-Hour Cache Write Tokens', unit: 'Tokens' },
  output: { name: 'Output Tokens', unit: 'Tokens' },
  reasoning: { name: 'Reasoning Tokens', unit: 'Tokens' },
  audio_input: { name: 'Audio Input Tokens', unit: 'Tokens' },
  cache_read_audio: { name: 'Cached Audio Input Tokens', unit: 'Tokens' },
  image_input: { name: 'Image Input Tokens', unit: 'Tokens' },
  audio_output: { name: 'Audio Output Tokens', unit: 'Tokens' },
  image_output: { name: 'Image Output Tokens', unit: 'Tokens' },
  web_search_requests: { name: 'Web Search Requests', unit: 'Requests' },
  requests: { name: 'Requests', unit: 'Requests' },
  call: { name: 'Calls', unit: 'Calls' },
};

export const meterKinds = Object.keys(meters) as MeterKind[];

/** How many make one PricingUnit, as providers list their prices, and what FOCUS calls that: the number first, whole. */
export const pricingUnits: Readonly<Record<Meter['unit'], { readonly size: bigint; readonly name: string }>> = {
  Tokens: { size: 1_000_000n, name: '1000000 Tokens' },
  Requests: { size: 1_000n, name: '1000 Requests' },
  Calls: { size: 1n, name: 'Calls' },
};

/** A quantity over a power of ten, exact and without an exponent: 8,000 of a million is `0.008`. */
export function dividedBy(quantity: bigint, size: bigint): string {
  const digits = size.toString().length - 1;
  const fraction = (quantity % size).toString().padStart(digits, '0').replace(/0+$/, '');
  return `${quantity / size}${digits === 0 || fraction === '' ? '' : `.${fraction}`}`;
}
