import type { ReceivedSpan } from '../../src/span.ts';

export interface DecodedTraces {
  /** Spans of one resource or scope share its object. */
  readonly spans: ReceivedSpan[];
  /** The place of each of `spans` among all spans of the request in wire order, from 0, rejected ones counted. */
  readonly ordinals: readonly number[];
  readonly rejected: {
    /** Spans left out because they have no usable identity. */
    readonly count: number;
    /** Distinct sentences, a few at most. Where `count` is 0 they are warnings, as OTLP's `partial_success` allows. */
    readonly reasons: string[];
  };
}
