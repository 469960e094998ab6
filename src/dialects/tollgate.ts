import type { ReceivedSpan } from '../span.ts';
import { at, type Found, text, type Vocabulary } from './fields.ts';

/** What our instrumentation adds to the conventions, which it writes otherwise (contract, section 4). */
export const tollgateVocabulary: Vocabulary = {
  speaksOfLlm: false,
  aliases: {
    cacheWrite1hTokens: ['tollgate.usage.cache_write_1h.input_tokens'],
    webSearchRequests: ['tollgate.usage.web_search.requests'],
    searchContextSize: ['tollgate.usage.search_context_size'],
    usageSource: ['tollgate.usage.source'],
    reservationId: ['tollgate.reservation.id'],
  },
};

/** A call that a policy refused: nothing was sent, so that none was made. A stream that was ended reports usage. */
export function isHeldBack({ status, statusMessage, scope }: ReceivedSpan): boolean {
  return status === 'error' && statusMessage === 'policy_denied' && scope.name === '@tollgate/node';
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id of a decision, as the gate gives it out; anything else is nobody's. */
export function readReservationId(found: Found): string | null {
  const id = text(found, at.reservationId);
  return id !== null && UUID.test(id) ? id.toLowerCase() : null;
}
