export const TRACE_ID_BYTES = 16;

/**
 * Traces that a provider's id is remembered for. Up to 64 it joins their calls (`CALLS_OF_ID_MAX`); with the 65th it is a constant,
 * and what it joined comes apart; from the 66th on nothing changes any more, so nothing is looked up.
 */
export const TRACES_OF_ID_KEPT = 66;
