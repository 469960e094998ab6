/** The rates of a price, in the words of people; docs/prices.md says what falls to what. */
export const rateWords = {
  input_usd_per_mtok: 'Input',
  output_usd_per_mtok: 'Output',
  cache_read_usd_per_mtok: 'Cache read',
  cache_write_5m_usd_per_mtok: 'Cache write',
  cache_write_1h_usd_per_mtok: 'Cache write, 1 h',
  reasoning_usd_per_mtok: 'Reasoning',
  audio_input_usd_per_mtok: 'Audio in',
  cache_read_audio_usd_per_mtok: 'Audio from the cache',
  audio_output_usd_per_mtok: 'Audio out',
  image_input_usd_per_mtok: 'Images in',
  image_output_usd_per_mtok: 'Images out',
  web_search_usd_per_kcount: 'Web search',
  request_usd_per_kcount: 'Request',
} as const;

export type RateName = keyof typeof rateWords;

export const rateNames = Object.keys(rateWords) as readonly RateName[];
/** Those that a form shows at once. */
export const mainRates = rateNames.slice(0, 5);
export const otherRates = rateNames.slice(5);

/** "a million tokens", "a thousand". */
export function rateUnit(name: RateName): string {
  return name.endsWith('_usd_per_mtok') ? 'a million tokens' : 'a thousand';
}

/** Null where it is not said: then it is that of the unit it is part of. */
export function rateOf(price: Readonly<Record<string, unknown>>, name: RateName): string | null {
  const rate = price[name];
  return typeof rate === 'string' ? rate : null;
}

export function priceHref(provider: string | null, model: string): string {
  return `/prices/${encodeURIComponent(provider ?? '*')}/${encodeURIComponent(model)}`;
}

export function pricePath(provider: string | null, model: string): string {
  return `/api/v1${priceHref(provider, model)}`;
}

const reasons: Readonly<Record<string, string>> = {
  unknown_model: 'nobody knows this model',
  unknown_provider: 'nobody knows this provider',
  no_rate_for_unit: 'the rate card has no rate for something that was used',
  inconsistent_usage: 'the reported figures contradict themselves',
  no_usage: 'no usage was reported',
};

export function unpricedWords(reason: string | null): string {
  return reason === null ? 'no reason is known' : (reasons[reason] ?? reason);
}

/** Whether setting a price helps: not where what is missing is the usage. */
export function isPriceable({
  model,
  reason,
}: {
  readonly model: string | null;
  readonly reason: string | null;
}): boolean {
  return model !== null && reason !== 'inconsistent_usage' && reason !== 'no_usage';
}

const sources: Readonly<Record<string, string>> = {
  default: 'rate card',
  correction: 'correction',
  custom: 'set here',
  provider: 'reported by the provider',
};

export function sourceWords({ source, set_by }: { readonly source: string; readonly set_by?: string | null }): string {
  return set_by === 'file' ? 'tollgate.yaml' : (sources[source] ?? source);
}
