import { at, type Found, text, type Vocabulary } from './fields.ts';

/** What our instrumentation adds to the conventions, which it writes otherwise (contract, section 4). */
export const tollgateVocabulary: Vocabulary = {
  speaksOfLlm: false,
  aliases: {
    cacheWrite1hTokens: ['tollgate.usage.cache_write_1h.input_tokens'],
    webSearchRequests: ['tollgate.usage.web_search.requests'],
    usageSource: ['tollgate.usage.source'],
    reservationId: ['tollgate.reservation.id'],
  },
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id of a decision, as the gate gives it out; anything else is nobody's. */
export function readReservationId(found: Found): string | null {
  const id = text(found, at.reservationId);
  return id !== null && UUID.test(id) ? id.toLowerCase() : null;
}
