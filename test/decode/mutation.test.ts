import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPayloadSource } from '../../bench/payloads.ts';
import { createRandom } from '../../bench/random.ts';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import type { DecodedTraces } from '../../processor/decode/decodedTraces.ts';
import { TollgateError } from '../../src/errors.ts';
import type { WantedKeys } from '../../src/span.ts';
import { amidOthers, mutations } from './mutations.ts';
import { exportOfSpans, wanted } from './officialSpans.ts';

const everything: WantedKeys = { exact: wanted.exact, prefixes: ['g', 's', 'h', 'u', 'd', 't', 'k'] };

/** A result, or the one failure that is allowed; anything else is thrown on. */
function outcomeOf(encoding: 'protobuf' | 'json', body: Uint8Array): DecodedTraces | string {
  try {
    return decodeTraces(encoding, body, everything);
  } catch (error) {
    if (error instanceof TollgateError && error.code === 'malformed_payload') return error.message;
    throw error;
  }
}

const payload = Buffer.from(createPayloadSource({ spans: 12, seed: 1, genAiShare: 0.5, contentBytes: 100 }).next(1n));

describe.each(Object.entries(mutations))('a payload with %s', (_name, mutate) => {
  it('is read within its bounds or refused as malformed', () => {
    const random = createRandom(42);
    let refused = 0;
    for (let round = 0; round < 1000; round += 1) {
      const mutated = mutate(Buffer.from(payload), random);
      const outcome = outcomeOf('protobuf', mutated);
      expect(outcomeOf('protobuf', amidOthers(mutated))).toStrictEqual(outcome);
      if (typeof outcome === 'string') refused += 1;
    }
    // Else the mutation proves nothing.
    expect(refused).toBeGreaterThan(0);
  });
});

describe('random mutations of what the official serializers write', () => {
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 });
  it.each([
    ['protobuf', ProtobufTraceSerializer],
    ['json', JsonTraceSerializer],
  ] as const)('are read or refused as malformed in %s', (encoding, serializer) => {
    fc.assert(
      fc.property(exportOfSpans, edits, (described, changes) => {
        const bytes = Buffer.from(serializer.serializeRequest(described.map(({ span }) => span)) ?? []);
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        const outcome = outcomeOf(encoding, bytes);
        expect(outcomeOf(encoding, amidOthers(bytes))).toStrictEqual(outcome);
      }),
      { numRuns: 300 },
    );
  });

  it('of any bytes at all are read or refused as malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(outcomeOf('protobuf', amidOthers(bytes))).toStrictEqual(outcomeOf('protobuf', bytes));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('4 MB of nothing but headers', () => {
  const size = 4_000_000;
  it.each([
    ['empty resources', Buffer.from([0x0a, 0x00])],
    ['resources with an empty scope', Buffer.from([0x0a, 0x02, 0x12, 0x00])],
  ])('are more than one request may hold when they are %s', (_what, unit) => {
    const decode = (): unknown => decodeTraces('protobuf', Buffer.alloc(size, unit), everything);
    expect(decode).toThrow('The request holds more than 1000000 resources, scopes, spans and attributes');
  });

  it('are refused when they claim more than there is', () => {
    expect(outcomeOf('protobuf', Buffer.alloc(size, 0xff))).toContain('a varint of at most 10 bytes');
    expect(outcomeOf('protobuf', Buffer.alloc(size - 1, 0x0a))).toContain('expected');
  });
});
