import type { Bucket } from '../usage.ts';

/** In which quantity a rate is written: USD per million tokens, or per thousand requests. */
interface RateName {
  readonly bucket: Bucket;
  readonly per: 'mtok' | 'kcount';
}

/** How people write the rate of each bucket: in the API, in `tollgate.yaml` and in the data files beside this one. */
export const rateNames = {
  input_usd_per_mtok: { bucket: 'input_uncached', per: 'mtok' },
  output_usd_per_mtok: { bucket: 'output', per: 'mtok' },
  cache_read_usd_per_mtok: { bucket: 'cache_read', per: 'mtok' },
  cache_write_5m_usd_per_mtok: { bucket: 'cache_write_5m', per: 'mtok' },
  cache_write_1h_usd_per_mtok: { bucket: 'cache_write_1h', per: 'mtok' },
  reasoning_usd_per_mtok: { bucket: 'reasoning', per: 'mtok' },
  audio_input_usd_per_mtok: { bucket: 'audio_input', per: 'mtok' },
  cache_read_audio_usd_per_mtok: { bucket: 'cache_read_audio', per: 'mtok' },
  audio_output_usd_per_mtok: { bucket: 'audio_output', per: 'mtok' },
  image_input_usd_per_mtok: { bucket: 'image_input', per: 'mtok' },
  image_output_usd_per_mtok: { bucket: 'image_output', per: 'mtok' },
  web_search_usd_per_kcount: { bucket: 'web_search_requests', per: 'kcount' },
  request_usd_per_kcount: { bucket: 'requests', per: 'kcount' },
} as const satisfies Readonly<Record<string, RateName>>;

export type RateKey = keyof typeof rateNames;

/** Plain decimals such as "0.075", of at least 0; what is not written falls to the unit it is part of. */
export type WrittenRates = Readonly<Partial<Record<RateKey, string>>>;

/** Rates of requests whose whole input is above a threshold: they hold for every token of it. */
export interface LongContext {
  readonly aboveInputTokens: number;
  readonly rates: WrittenRates;
}

/** One dated price of one model, as somebody set it for a tenant or, in the file, for all. Holds for calls that start in `[from, to)`. */
export interface WrittenPrice {
  /** The conventions' name of the provider (`azure.ai.openai`); `*` is any, none too. */
  readonly provider: string;
  /** As spans name it, a deployment or inference profile too; `*` stands for any characters. */
  readonly model: string;
  /** ISO 8601 instants; null: always so far, and for good. */
  readonly from: string | null;
  readonly to: string | null;
  readonly rates: WrittenRates;
  readonly longContext: readonly LongContext[];
  /** Priced as another model, `MODEL` of the same provider or `PROVIDER/MODEL`; then there are no rates. */
  readonly mapsTo: string | null;
}
