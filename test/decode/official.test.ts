import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import { exportOfSpans, wanted } from './officialSpans.ts';

const serializers = [
  ['protobuf', ProtobufTraceSerializer],
  ['json', JsonTraceSerializer],
] as const;

describe.each(serializers)('what the official serializer writes as %s', (encoding, serializer) => {
  it('is read back equal, as far as it is wanted', () => {
    fc.assert(
      fc.property(exportOfSpans, (described) => {
        const bytes = serializer.serializeRequest(described.map(({ span }) => span)) ?? new Uint8Array();
        const decoded = decodeTraces(encoding, bytes, wanted);
        expect(decoded.spans).toStrictEqual(described.map(({ expected }) => expected));
        expect(decoded.rejected).toEqual({ count: 0, reasons: [] });
      }),
      { numRuns: 200 },
    );
  });
});

describe('spans of one resource and scope', () => {
  it.each(serializers)('share its object in %s', (encoding, serializer) => {
    fc.assert(
      fc.property(exportOfSpans, (described) => {
        const bytes = serializer.serializeRequest(described.map(({ span }) => span)) ?? new Uint8Array();
        const { spans } = decodeTraces(encoding, bytes, wanted);
        const resources = new Set(described.map(({ span }) => span.resource)).size;
        const scopes = new Set(described.map(({ span }) => span.instrumentationScope.name)).size;
        expect(new Set(spans.map((span) => span.resource)).size).toBe(resources);
        expect(new Set(spans.map((span) => span.scope)).size).toBeGreaterThanOrEqual(scopes);
        expect(new Set(spans.map((span) => span.scope)).size).toBeLessThanOrEqual(described.length);
      }),
      { numRuns: 50 },
    );
  });
});
