import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportTraceServiceRequestType } from '../../bench/otlpProto.ts';
import { createPayloadSource } from '../../bench/payloads.ts';
import { createRandom } from '../../bench/random.ts';
import type { Additions } from '../../processor/forward/addedAttribute.ts';
import { spliceTraces } from '../../processor/forward/spliceTraces.ts';
import { TollgateError } from '../../src/errors.ts';
import { amidOthers, mutations } from '../decode/mutations.ts';
import { additions, costAdditions, traces, tracesWithoutUsageCost, wideTraces } from './arbitraryTraces.ts';
import { referenceSplice } from './spliceReference.ts';

const requestType = exportTraceServiceRequestType();

interface RequestMessage {
  resourceSpans?: { scopeSpans?: { spans?: { attributes?: { key: string; value?: unknown }[] }[] }[] }[];
}

const read = (bytes: Uint8Array): RequestMessage =>
  requestType.toObject(requestType.decode(bytes), { longs: String, bytes: String, arrays: true, defaults: true });

/** Decodes with protobufjs, drops and appends: what a receiver downstream is to read. */
function decodedAndAppended(bytes: Uint8Array, added: Additions): RequestMessage {
  const request = read(bytes);
  const spans = (request.resourceSpans ?? []).flatMap(({ scopeSpans = [] }) =>
    scopeSpans.flatMap(({ spans: own = [] }) => own),
  );
  for (const [ordinal, span] of spans.entries()) {
    const before = span.attributes ?? [];
    const isOurs = (key: string): boolean => key === 'tollgate.charge' || key.startsWith('tollgate.cost.');
    const hasOurs = before.some(({ key }) => isOurs(key));
    const kept = before.filter(({ key }) => !isOurs(key) && !(hasOurs && key.startsWith('gen_ai.usage.cost.')));
    for (const { key, value } of added.get(ordinal) ?? []) {
      const entry = { key, value: typeof value === 'string' ? { stringValue: value } : { doubleValue: value } };
      if (!kept.some((one) => one.key === key)) kept.push(entry);
    }
    span.attributes = kept;
  }
  // Through the encoder once more, so that both sides were written and read.
  return read(requestType.encode(requestType.fromObject(request)).finish());
}

describe('splicing', () => {
  it('gives to the byte what taking every message apart gives, unknown fields and wide varints included', () => {
    fc.assert(
      fc.property(fc.oneof(traces, wideTraces), additions, (body, added) => {
        expect(spliceTraces(body, added).equals(referenceSplice(body, added))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads downstream like decoding with protobufjs, appending and encoding', () => {
    fc.assert(
      fc.property(fc.oneof(traces, wideTraces), additions, (body, added) => {
        expect(read(spliceTraces(body, added))).toStrictEqual(decodedAndAppended(body, added));
      }),
      { numRuns: 300 },
    );
  });

  it('a spliced body again gives what splicing the original gives, so Tollgates may follow each other', () => {
    fc.assert(
      fc.property(tracesWithoutUsageCost, costAdditions, costAdditions, (body, first, second) => {
        const again = spliceTraces(spliceTraces(body, first), second);
        expect(again.equals(spliceTraces(body, second))).toBe(true);
        expect(spliceTraces(again, new Map()).equals(spliceTraces(body, new Map()))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('hands the same memory back where nothing is dropped or added', () => {
    fc.assert(
      fc.property(fc.oneof(traces, wideTraces), additions, (body, added) => {
        const spliced = spliceTraces(body, added);
        const isUncopied = spliced.buffer === body.buffer && spliced.byteOffset === body.byteOffset;
        expect(isUncopied && spliced.length === body.length).toBe(referenceSplice(body, added) === body);
      }),
      { numRuns: 300 },
    );
  });
});

const payload = Buffer.from(createPayloadSource({ spans: 12, seed: 1, genAiShare: 0.5, contentBytes: 100 }).next(1n));
const toAll: Additions = new Map(
  Array.from({ length: 12 }, (_, ordinal) => [ordinal, [{ key: 'user.id', value: `user-${ordinal}` }]]),
);

/** The bytes, or the one failure that is allowed; anything else is thrown on. */
function outcomeOf(body: Uint8Array): string {
  try {
    return spliceTraces(body, toAll).toString('latin1');
  } catch (error) {
    if (error instanceof TollgateError && error.code === 'malformed_payload') return error.message;
    throw error;
  }
}

describe.each(Object.entries(mutations))('a payload with %s', (_name, mutate) => {
  it('is spliced within its bounds or refused as malformed', () => {
    const random = createRandom(7);
    for (let round = 0; round < 500; round += 1) {
      const mutated = mutate(Buffer.from(payload), random);
      expect(outcomeOf(amidOthers(mutated)) === outcomeOf(mutated)).toBe(true);
    }
  });
});
