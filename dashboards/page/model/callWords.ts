/** What of a call says whether, and why, it is charged. */
export interface ChargeFacts {
  readonly charge: string | null;
  readonly charge_reason: string | null;
  readonly duplicate_of: { readonly rule: string } | null;
}

const copyRules: Readonly<Record<string, string>> = {
  same_provider_id: 'both name the same response or request id',
  nested: 'one lies above the other in the trace',
  sibling: 'they lie side by side in one service with the same usage',
};

export function copyRuleWords(rule: string): string {
  return copyRules[rule] ?? rule;
}

/** Why a call is or is not charged, as a sentence. */
export function chargeWords({ charge, charge_reason: reason, duplicate_of: copy }: ChargeFacts): string {
  switch (charge) {
    case 'charged':
      return reason === 'agent_total'
        ? 'Charged as the total of its agent: no call below or above accounts for it.'
        : 'Charged: its cost is in every sum.';
    case 'duplicate':
      return copy === null
        ? 'Not charged: another span reports the same paid call, and that one is charged.'
        : `Not charged: another span reports the same paid call, and that one is charged (${copyRuleWords(copy.rule)}).`;
    case 'container':
      return reason === 'total_over_calls'
        ? 'Not charged: its usage is the total of the calls below it, and these are charged.'
        : `Not charged: it sums or wraps other calls${reason === null ? '' : ` (${reason})`}.`;
    case 'pending':
      return 'Not charged yet: it waits for calls below it, and is charged itself if none comes within the settle delay.';
    case null:
      return 'Not a call to a model: it has no cost of its own.';
    default:
      return `${charge}${reason === null ? '' : `: ${reason}`}`;
  }
}

const attributionRules: Readonly<Record<string, string>> = {
  span: 'said by the span itself',
  ancestor: 'said by a span above',
  root: 'said by the root of the trace',
  trace: 'all spans of the trace that say it agree',
  resource: 'said by the resource (the service’s own settings)',
  key: 'fixed by the API key',
};

export function attributionWords(rule: string | null): string {
  return rule === null ? 'nobody says it' : (attributionRules[rule] ?? rule);
}

const costStatuses: Readonly<Record<string, string>> = {
  priced: 'worked out from the usage and a price',
  reported: 'the provider’s own figure',
  estimated: 'the usage was estimated, so the cost is too',
  lossy: 'part of the usage is missing, so the cost is too low',
  unpriced: 'no price',
};

export function costStatusWords(status: string): string {
  return costStatuses[status] ?? status;
}

const priceSources: Readonly<Record<string, string>> = {
  default: 'the rate card that comes with Tollgate',
  correction: 'a correction of the rate card',
  custom: 'a price you set',
  provider: 'the cost that the emitter reported',
};

export function priceSourceWords(source: string): string {
  return priceSources[source] ?? source;
}

const buckets: Readonly<Record<string, string>> = {
  input_uncached: 'Input, not cached',
  cache_read: 'Input read from the cache',
  cache_write_5m: 'Written to the cache, 5 minutes',
  cache_write_1h: 'Written to the cache, 1 hour',
  output: 'Output',
  reasoning: 'Reasoning',
  audio_input: 'Audio in',
  cache_read_audio: 'Audio read from the cache',
  audio_output: 'Audio out',
  image_input: 'Images in',
  image_output: 'Images out',
  web_search_requests: 'Web searches',
  requests: 'Fee for the request',
};

export function bucketWords(bucket: string): string {
  return buckets[bucket] ?? bucket.replaceAll('_', ' ');
}

const bookings: Readonly<Record<string, string>> = {
  charge: 'first booked',
  replaced: 'a more complete copy of the span came',
  attributed: 'it belongs to somebody else than was known',
  merged: 'another copy of the same paid call took or gave back the charge',
  reversed: 'it is a container after all',
  repriced: 'priced again',
};

export function bookingWords(reason: string): string {
  return bookings[reason] ?? reason;
}
