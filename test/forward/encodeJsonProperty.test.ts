import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportTraceServiceRequestType } from '../../bench/otlpProto.ts';
import { createRandom } from '../../bench/random.ts';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import { encodeJsonTraces } from '../../processor/forward/encodeJsonTraces.ts';
import { TollgateError } from '../../src/errors.ts';
import { mutations } from '../decode/mutations.ts';
import { exportOfSpans, wanted } from '../decode/officialSpans.ts';

const requestType = exportTraceServiceRequestType();

interface RequestMessage {
  readonly resourceSpans: readonly {
    readonly resource: object;
    readonly scopeSpans: readonly { readonly scope: object; readonly spans: readonly object[] }[];
  }[];
}

/** Each span with its resource and scope: the two serializers do not group scopes of one name alike. */
function read(bytes: Uint8Array): object[] {
  const options = { longs: String, bytes: String, defaults: true, arrays: true };
  const { resourceSpans } = requestType.toObject(requestType.decode(bytes), options) as RequestMessage;
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => ({ resource, scope, span }))),
  );
}

describe('what the official serializer writes as JSON', () => {
  it('is encoded to what it writes as protobuf, span by span', () => {
    fc.assert(
      fc.property(exportOfSpans, (described) => {
        const spans = described.map(({ span }) => span);
        const encoded = encodeJsonTraces(JsonTraceSerializer.serializeRequest(spans) ?? new Uint8Array());
        expect(read(encoded)).toStrictEqual(read(ProtobufTraceSerializer.serializeRequest(spans) ?? new Uint8Array()));
      }),
      { numRuns: 300 },
    );
  });

  it('is read by the decoder alike in both encodings, ordinals included', () => {
    fc.assert(
      fc.property(exportOfSpans, (described) => {
        const json = JsonTraceSerializer.serializeRequest(described.map(({ span }) => span)) ?? new Uint8Array();
        expect(decodeTraces('protobuf', encodeJsonTraces(json), wanted)).toStrictEqual(
          decodeTraces('json', json, wanted),
        );
      }),
      { numRuns: 200 },
    );
  });
});

/** The bytes, or the failures that are allowed; anything else is thrown on. */
function outcomeOf(body: Uint8Array): Buffer | string {
  try {
    return encodeJsonTraces(body);
  } catch (error) {
    if (error instanceof TollgateError && error.code === 'malformed_payload') return error.message;
    throw error;
  }
}

const NAMES = (
  'resourceSpans resource scopeSpans scope spans attributes key value values intValue doubleValue bytesValue arrayValue ' +
  'kvlistValue events links status code traceId flags kind startTimeUnixNano entityRefs idKeys __proto__ constructor'
).split(' ');

/** Values of every kind at every place. */
const anyRequest = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 8 },
    fc.constantFrom(null, true, -1, 1.5, 1e300, 2 ** 32, '', '12', 'NaN', 'zz', 'a1a2', 'AQID'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;

describe('JSON that is no request, or not quite one,', () => {
  it('is refused as malformed or encoded to what protobufjs reads, whatever it holds', () => {
    let encoded = 0;
    fc.assert(
      fc.property(fc.array(fc.array(anyRequest)), (resources) => {
        const resourceSpans = resources.map((spans) => ({ scopeSpans: [{ spans }] }));
        const outcome = outcomeOf(Buffer.from(JSON.stringify({ resourceSpans })));
        if (typeof outcome === 'string') return;
        encoded += 1;
        expect(() => requestType.decode(outcome)).not.toThrow();
      }),
      { numRuns: 1000 },
    );
    expect(encoded).toBeGreaterThan(0);
  });

  it.each(Object.entries(mutations))('is no worse with %s', (_name, mutate) => {
    const [described = []] = fc.sample(exportOfSpans, { numRuns: 1, seed: 11 });
    const json = JsonTraceSerializer.serializeRequest(described.map(({ span }) => span)) ?? new Uint8Array();
    const random = createRandom(3);
    for (let round = 0; round < 200; round += 1) {
      const outcome = outcomeOf(mutate(Buffer.from(json), random));
      if (typeof outcome !== 'string') expect(() => requestType.decode(outcome)).not.toThrow();
    }
  });
});
