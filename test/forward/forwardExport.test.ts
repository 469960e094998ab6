import { describe, expect, it } from 'vitest';
import type { AddedAttribute } from '../../processor/forward/addedAttribute.ts';
import { encodeJsonTraces } from '../../processor/forward/encodeJsonTraces.ts';
import { createForwardExport } from '../../processor/forward/forwardExport.ts';
import type { Forwarder } from '../../processor/forward/forwarder.ts';
import { namesIn, spanNames, tracesBody } from './traceBodies.ts';

const caller = { tenant: 'shop', keyId: null, keyName: null, scopes: [], agent: null };
const charge: AddedAttribute = { key: 'tollgate.charge', value: 'charged' };

function makeForward() {
  const taken: Parameters<Forwarder['take']>[0][] = [];
  const forward = createForwardExport(
    {
      take: (payload) => {
        taken.push(payload);
        return Promise.resolve();
      },
    },
    encodeJsonTraces,
  );
  return { forward, taken };
}

describe('an export that is passed on', () => {
  it('goes on as protobuf with what is added, however it came', async () => {
    const { forward, taken } = makeForward();
    const json = Buffer.from(
      JSON.stringify({
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: [
                  { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', name: 'span-000000' },
                ],
              },
            ],
          },
        ],
      }),
    );
    await (
      await forward({ caller, encoding: 'json', body: json }, 1)
    )(new Map([[0, [charge]]]));
    await (
      await forward({ caller, encoding: 'protobuf', body: tracesBody(spanNames(1)) }, 1)
    )(new Map([[0, [charge]]]));
    for (const { body, spans } of taken) {
      expect(spans).toBe(1);
      expect(namesIn(body)).toEqual(spanNames(1));
      expect(Buffer.from(body).includes('tollgate.charge')).toBe(true);
    }
    expect(taken).toHaveLength(2);
  });

  it('is refused before it is booked where its JSON cannot be said in protobuf', async () => {
    const { forward } = makeForward();
    const events = [{ attributes: [{ key: 'k', value: { intValue: 'many' } }] }];
    const json = Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ events }] }] }] }));
    await expect(forward({ caller, encoding: 'json', body: json }, 1)).rejects.toThrow(/intValue/);
  });

  it('goes on as it came where its bytes, which are booked by then, hold a broken attribute', async () => {
    const { forward, taken } = makeForward();
    // An attribute (field 9) of a span whose key (field 1) is said to be 127 bytes long and is not there.
    const span = Buffer.from([0x4a, 0x02, 0x0a, 0x7f]);
    const wrap = (field: number, bytes: Buffer): Buffer => Buffer.concat([Buffer.from([field, bytes.length]), bytes]);
    const body = wrap(0x0a, wrap(0x12, wrap(0x12, span)));
    await (
      await forward({ caller, encoding: 'protobuf', body }, 1)
    )(new Map([[0, [charge]]]));
    expect(taken).toEqual([{ body, spans: 1 }]);
  });

  it('does not go on where it holds no span', async () => {
    const { forward, taken } = makeForward();
    await (
      await forward({ caller, encoding: 'protobuf', body: Buffer.alloc(0) }, 0)
    )(new Map());
    expect(taken).toEqual([]);
  });
});
