import { describe, expect, it } from 'vitest';
import { field, join } from '../../bench/protobufPieces.ts';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import { encodeJsonTraces } from '../../processor/forward/encodeJsonTraces.ts';
import type { WantedKeys } from '../../src/span.ts';
import { identity, spanOf } from './requests.ts';

const wanted: WantedKeys = { exact: new Set(), prefixes: [] };
const good = { traceId: '01'.repeat(16), spanId: '02'.repeat(8) };
const noId = { spanId: '02'.repeat(8) };
const zeroId = { traceId: '01'.repeat(16), spanId: '00'.repeat(8) };

describe('the ordinals of decoded spans', () => {
  it('count rejected spans and run on over scopes and resources, in JSON as in protobuf', () => {
    const json = Buffer.from(
      JSON.stringify({
        resourceSpans: [
          { scopeSpans: [{ spans: [noId, good] }, { spans: [] }, { spans: [good, zeroId] }] },
          { scopeSpans: [] },
          { scopeSpans: [{ spans: [good] }] },
        ],
      }),
    );
    for (const decoded of [
      decodeTraces('json', json, wanted),
      decodeTraces('protobuf', encodeJsonTraces(json), wanted),
    ]) {
      expect([decoded.spans.length, decoded.rejected.count, decoded.ordinals]).toEqual([3, 2, [1, 2, 4]]);
    }
  });

  it('follow the bytes where a scope stands before the resource it belongs to', () => {
    const scope = field<never>(2, join([spanOf(), spanOf(...identity)]));
    const body = field<never>(1, join([scope, field<never>(1, ''), scope])).bytes;
    expect(decodeTraces('protobuf', body, wanted).ordinals).toEqual([1, 3]);
  });

  it('of a request without spans are none', () => {
    expect(decodeTraces('protobuf', new Uint8Array(), wanted).ordinals).toEqual([]);
    expect(decodeTraces('json', Buffer.from('{}'), wanted).ordinals).toEqual([]);
  });
});
