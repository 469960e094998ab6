import type { LlmCall, PricedCall } from '../../src/call.ts';
import { TollgateError } from '../../src/errors.ts';
import type { StoreBatch, StoreOutcome } from '../store/store.ts';
import type { PriceBook } from './priceBook.ts';
import { PricesChanged } from './pricesChanged.ts';

/** Prices change some times a day; a batch that meets with this many changes is asked for again. */
const ATTEMPTS_MAX = 8;
const RETRY_AFTER_SECONDS = 1;

export interface PricedParts {
  readonly prices: Pick<PriceBook, 'snapshot' | 'refresh'>;
  readonly commit: (batch: StoreBatch) => Promise<StoreOutcome>;
}

interface Unpriced extends Pick<StoreBatch, 'tenant' | 'keyAgent' | 'spans'> {
  readonly calls: readonly LlmCall[];
}

export interface Committed {
  /** As they were committed. */
  readonly priced: readonly PricedCall[];
  readonly outcome: StoreOutcome;
}

/** Prices a batch by the prices in force at its commit: where they changed meanwhile it is priced anew. */
export async function commitPriced({ prices, commit }: PricedParts, batch: Unpriced): Promise<Committed> {
  let { snapshot } = prices;
  for (let attempt = 1; ; attempt += 1) {
    const { pricing, epoch } = snapshot;
    const overrides = snapshot.overridesOf(batch.tenant);
    const priced = batch.calls.map((call) => pricing.price(call, overrides));
    try {
      return { priced, outcome: await commit({ ...batch, calls: priced, pricesEpoch: epoch }) };
    } catch (fault) {
      if (!(fault instanceof PricesChanged)) throw fault;
      if (attempt >= ATTEMPTS_MAX) throw unsettled(fault);
    }
    snapshot = await prices.refresh();
  }
}

function unsettled(cause: PricesChanged): TollgateError {
  const options = { cause, retryAfterSeconds: RETRY_AFTER_SECONDS };
  return new TollgateError('overloaded', 'Prices change faster than calls can be committed.', options);
}
