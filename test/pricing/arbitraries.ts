import fc from 'fast-check';
import type { Usage } from '../../src/usage.ts';
import { tokens } from './llmCall.ts';

/** Small, around the long-context thresholds, and far beyond what a double holds exactly. */
const amount = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 50_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 127_990, max: 272_010 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 128_000, 128_001, 200_000, 200_001, 272_000, 272_001) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 1_000_000_000_000 }) },
);
const maybe = fc.option(amount, { nil: null, freq: 2 });
export const anyUsage: fc.Arbitrary<Usage> = fc
  .record({
    input_uncached: amount,
    cache_read: maybe,
    cache_write_5m: maybe,
    cache_write_1h: maybe,
    output: amount,
    reasoning: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
    other: fc.record(
      {
        audio_input: amount,
        cache_read_audio: amount,
        image_input: amount,
        audio_output: amount,
        image_output: amount,
        web_search_requests: fc.integer({ min: 0, max: 20 }),
      },
      { requiredKeys: [] },
    ),
    onlyText: fc.boolean(),
  })
  .map(({ reasoning, other, onlyText, ...rest }) =>
    tokens({
      ...rest,
      reasoning: reasoning === null ? null : Math.floor(reasoning * rest.output),
      other: onlyText ? {} : other,
    }),
  );

export const instant = fc.integer({ min: Date.UTC(2024, 10, 1), max: Date.UTC(2027, 5, 1) });
