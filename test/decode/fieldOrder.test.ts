import * as fc from 'fast-check';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { describe, expect, it } from 'vitest';
import { exportTraceServiceRequestType } from '../../bench/otlpProto.ts';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import { exportOfSpans, wanted } from './officialSpans.ts';
import { reorder, requestShape } from './wire.ts';

const requestType = exportTraceServiceRequestType();

describe('the order of fields', () => {
  it('does not matter, at any depth, nor do unknown fields', () => {
    fc.assert(
      fc.property(exportOfSpans, fc.integer(), (described, seed) => {
        const written = ProtobufTraceSerializer.serializeRequest(described.map(({ span }) => span)) ?? new Uint8Array();
        const other = reorder(Buffer.from(written), requestShape, seed);
        expect(decodeTraces('protobuf', other, wanted).spans).toStrictEqual(described.map(({ expected }) => expected));
      }),
      { numRuns: 150 },
    );
  });

  it('and the encoder that wrote them do not matter: protobufjs is read like the official one', () => {
    fc.assert(
      fc.property(exportOfSpans, fc.integer(), (described, seed) => {
        const written = ProtobufTraceSerializer.serializeRequest(described.map(({ span }) => span)) ?? new Uint8Array();
        const again = Buffer.from(requestType.encode(requestType.decode(written)).finish());
        const other = reorder(again, requestShape, seed);
        expect(decodeTraces('protobuf', other, wanted).spans).toStrictEqual(described.map(({ expected }) => expected));
      }),
      { numRuns: 100 },
    );
  });
});
