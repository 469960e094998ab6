import { CALLS_OF_ID_MAX } from '../../src/charging/sameProviderId.ts';

export const TRACE_ID_BYTES = 16;

/**
 * Spans of a trace that are read whole with every commit that adds to it, at 20 µs each. Of a larger trace only the neighbourhood
 * of what arrives is read: docs/charging.md says what that leaves out.
 */
export const TRACE_ROWS_MAX = 10_000;
/** Calls, and as many plain spans, of the neighbourhood. */
export const NEIGHBOURS_MAX = 2_000;
/** How far before and after what arrives its neighbours start. */
export const NEIGHBOURHOOD_MICROS = 5_000_000;
/** Steps up from what is read to ancestors that are further away. */
export const ANCESTOR_STEPS_MAX = 64;

/**
 * Traces that a provider's id is remembered for. Up to `CALLS_OF_ID_MAX` (64) it joins their calls; with the next it is a
 * constant, and what it joined comes apart; from the one after that on nothing changes any more, so nothing is looked up.
 */
export const TRACES_OF_ID_KEPT = CALLS_OF_ID_MAX + 2;
