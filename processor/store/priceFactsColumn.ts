import type { LlmCall } from '../../src/call.ts';
import { storableJson } from './columns.ts';

/** What decides a call's price and stands in no column of its own. Absent keys: nobody said anything. */
export interface StoredPriceFacts {
  readonly inference_geo?: string;
  readonly speed?: string;
  readonly search_context_size?: string;
  readonly usage_source?: 'estimate';
  readonly lossy?: true;
  readonly usage_fault?: true;
}

/** Null for the call of which there is nothing to say, as of nearly every one. */
export function priceFactsColumn({ priceFacts, usageSource, lossy, usageFault }: LlmCall): string | null {
  if (priceFacts === null && usageSource === 'provider' && !lossy && usageFault === null) return null;
  const facts: StoredPriceFacts = {
    ...of('inference_geo', priceFacts?.inferenceGeo),
    ...of('speed', priceFacts?.speed),
    ...of('search_context_size', priceFacts?.searchContextSize),
    ...(usageSource === 'estimate' && { usage_source: 'estimate' }),
    ...(lossy && { lossy: true }),
    ...(usageFault !== null && { usage_fault: true }),
  };
  return Object.keys(facts).length === 0 ? null : storableJson({ ...facts });
}

function of(key: string, value: string | null | undefined): Readonly<Record<string, string>> {
  return value === null || value === undefined ? {} : { [key]: value };
}

/** The facts of a call as its row says them. */
export function priceFactsOfRow(row: StoredPriceFacts | null): Pick<LlmCall, 'priceFacts' | 'usageSource' | 'lossy'> {
  const inferenceGeo = row?.inference_geo ?? null;
  const speed = row?.speed ?? null;
  const searchContextSize = row?.search_context_size ?? null;
  const isSaid = inferenceGeo !== null || speed !== null || searchContextSize !== null;
  return {
    priceFacts: isSaid ? { inferenceGeo, speed, searchContextSize } : null,
    usageSource: row?.usage_source ?? 'provider',
    lossy: row?.lossy ?? false,
  };
}
