import type { Vocabulary } from './fields.ts';

/** What our instrumentation adds to the conventions, which it writes otherwise (contract, section 4). */
export const tollgateVocabulary: Vocabulary = {
  speaksOfLlm: false,
  aliases: {
    cacheWrite1hTokens: ['tollgate.usage.cache_write_1h.input_tokens'],
    webSearchRequests: ['tollgate.usage.web_search.requests'],
    usageSource: ['tollgate.usage.source'],
  },
};
