import type { Attempt } from '../calls/attempt.ts';
import type { PriceFacts } from '../calls/priceFacts.ts';
import { bucketsOfCounts } from '../calls/tokenCounts.ts';
import type { TokenCounts } from '../calls/tokenCounts.ts';
import type { Settlement } from './settlements.ts';

/** What is known of a call when it has ended. */
export interface EndedCall {
  readonly counts: TokenCounts;
  readonly source: 'provider' | 'estimate';
  readonly attempt: Attempt;
  readonly model: string | null;
  readonly facts: PriceFacts;
}

/** Nothing was used: no provider charges for an error. */
const nothing = { input_uncached: 0, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0, output: 0 } as const;

/** Null where nobody can tell: the reservation is left to the call's span, or to expire, and then presumed spent. */
export function settlementOf({ counts, source, attempt, model, facts }: EndedCall): Settlement | null {
  const usage = bucketsOfCounts(counts);
  if (Object.keys(usage).length > 0) {
    return {
      usage,
      ...(model === null ? {} : { model }),
      ...facts,
      final: source === 'provider',
    };
  }
  if (attempt === 'unsent') return { released: true };
  return attempt === 'refused' ? { usage: nothing, final: true } : null;
}
