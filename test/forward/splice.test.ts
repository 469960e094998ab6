import { describe, expect, it } from 'vitest';
import { field, join, varintField } from '../../bench/protobufPieces.ts';
import type { AddedAttribute } from '../../processor/forward/addedAttribute.ts';
import { spliceTraces } from '../../processor/forward/spliceTraces.ts';
import { TollgateError } from '../../src/errors.ts';
import { identity, plainAttribute, raw, requestOf, requestWith, spanOf, type Part } from '../decode/requests.ts';
import { attributeField } from './spliceReference.ts';

const charge: AddedAttribute = { key: 'tollgate.charge', value: 'charged' };
const added = (key: string, value: string | number): Part => ({ bytes: attributeField(key, value), marks: [] });
const toFirst = (...attributes: readonly AddedAttribute[]): Map<number, readonly AddedAttribute[]> =>
  new Map([[0, attributes]]);

describe('an addition', () => {
  it('goes to the end of the span, after fields that nobody knows', () => {
    const body = requestWith(plainAttribute('a', 1), field(5, 'chat'), varintField(77, 1));
    expect(spliceTraces(body, toFirst(charge, { key: 'gen_ai.usage.cost.amount', value: 0.25 }))).toEqual(
      requestWith(
        plainAttribute('a', 1),
        field(5, 'chat'),
        varintField(77, 1),
        added('tollgate.charge', 'charged'),
        added('gen_ai.usage.cost.amount', 0.25),
      ),
    );
  });

  it('finds its span by the place among all spans of all resources and scopes, those without fields counted', () => {
    const plain = spanOf(...identity);
    const scopes = (...spans: readonly Part[]): Part => field(2, join(spans));
    const request = (last: Part): Buffer =>
      join<never>([
        field(1, join([scopes(plain, spanOf()), scopes()])),
        field(1, join([])),
        field(1, join([scopes(plain), field(1, raw()), scopes(plain, last)])),
      ]).bytes;
    expect(spliceTraces(request(plain), new Map([[4, [charge]]]))).toEqual(
      request(spanOf(...identity, added('tollgate.charge', 'charged'))),
    );
  });

  it('stays away where the span has the key, though the key stands after the value or is the last of two', () => {
    const keyLast = field<never>(9, join([field<never>(2, field<never>(1, 'u')), field<never>(1, 'user.id')]));
    const twoKeys = field<never>(9, join([field<never>(1, 'x'), field<never>(1, 'user.id')]));
    const firstOfTwo = field<never>(9, join([field<never>(1, 'user.id'), field<never>(1, 'x')]));
    const user = { key: 'user.id', value: 'other' };
    for (const own of [keyLast, twoKeys, plainAttribute('user.id', '')]) {
      const body = requestWith(own);
      expect(spliceTraces(body, toFirst(user))).toEqual(body);
    }
    const body = requestWith(firstOfTwo);
    expect(spliceTraces(body, toFirst(user))).toEqual(requestWith(firstOfTwo, added('user.id', 'other')));
  });

  it('is written once where it is given twice, and an unknown ordinal adds to no span', () => {
    const body = requestWith();
    const twice = new Map([
      [0, [charge, { key: 'tollgate.charge', value: 'pending' }]],
      [1, [charge]],
    ]);
    expect(spliceTraces(body, twice)).toEqual(requestWith(added('tollgate.charge', 'charged')));
  });

  it.each([
    ['127 bytes, the most of a length of one byte', 'x'.repeat(127)],
    ['128 bytes', 'x'.repeat(128)],
    ['126 characters of which one is not ASCII', `${'x'.repeat(124)}é`],
    ['no character', ''],
    ['a surrogate alone, which UTF-8 cannot say', '\ud800'],
    ['16,384 bytes, the least of a length of three', 'x'.repeat(16_384)],
  ])('holds text of %s', (_what, text) => {
    const spliced = spliceTraces(requestWith(), toFirst({ key: 'user.id', value: text }));
    expect(spliced).toEqual(requestWith(added('user.id', text)));
  });
});

describe('what Tollgate wrote before', () => {
  const own = [plainAttribute('tollgate.charge', 'charged'), plainAttribute('tollgate.cost.usd', '1')];
  const usageCost = [
    plainAttribute('gen_ai.usage.cost.amount', 0.5),
    plainAttribute('gen_ai.usage.cost.currency', 'USD'),
  ];

  it('goes from every span, with the usage cost that stands beside it, before or after', () => {
    const body = requestOf(spanOf(...identity, ...usageCost, ...own), spanOf(...own, ...usageCost, field(5, 'b')));
    expect(spliceTraces(body, new Map())).toEqual(requestOf(spanOf(...identity), spanOf(field(5, 'b'))));
  });

  it('is not the usage cost of another writer, on a span of its own', () => {
    const body = requestOf(spanOf(...identity, ...usageCost), spanOf(...identity, ...own));
    const amount = { key: 'gen_ai.usage.cost.amount', value: 9 };
    expect(spliceTraces(body, new Map([[0, [amount, charge]]]))).toEqual(
      requestOf(spanOf(...identity, ...usageCost, added('tollgate.charge', 'charged')), spanOf(...identity)),
    );
  });

  it('makes room for what is added now', () => {
    const body = requestWith(...own, ...usageCost, plainAttribute('a', 1));
    const amount = { key: 'gen_ai.usage.cost.amount', value: 2 };
    expect(spliceTraces(body, toFirst(amount, charge))).toEqual(
      requestWith(plainAttribute('a', 1), added('gen_ai.usage.cost.amount', 2), added('tollgate.charge', 'charged')),
    );
  });

  it.each(['tollgate.cost', 'tollgate.charged', 'tollgate.tag.team', 'gen_ai.usage.cost', 'Tollgate.charge'])(
    'is not %s',
    (key) => {
      const body = requestWith(plainAttribute(key, 'x'));
      expect(spliceTraces(body, new Map())).toEqual(body);
    },
  );

  it('goes from spans only: resources, scopes and events keep theirs', () => {
    const attribute = field<never>(1, 'tollgate.charge');
    const body = field<never>(
      1,
      join([
        field<never>(1, field<never>(1, attribute)),
        field<never>(2, join([field(1, field<never>(3, attribute)), spanOf(field(11, field<never>(3, attribute)))])),
      ]),
    ).bytes;
    expect(spliceTraces(body, new Map())).toEqual(body);
  });
});

describe('a body that another encoder wrote', () => {
  it('keeps its wide lengths where nothing changes, and takes narrow ones around a change', () => {
    // Span of 2 bytes, its length in two bytes and its tag too.
    const wide = raw(0x92, 0x00, 0x82, 0x00, 0x2a, 0x00);
    const body = requestOf(wide, wide);
    const attribute = attributeField('tollgate.charge', 'charged');
    const spliced = spliceTraces(body, new Map([[1, [charge]]]));
    // 2 bytes of content and the attribute's own.
    const grown = raw(0x92, 0x00, 2 + attribute.length, 0x2a, 0x00, ...attribute);
    expect(spliced).toEqual(requestOf(wide, grown));
  });

  it('with an attribute that reaches beyond its span is refused as malformed', () => {
    const body = requestWith(raw(0x4a, 0x05, 0x0a, 0x7f, 0x61, 0x61, 0x61));
    expect(() => spliceTraces(body, new Map())).toThrow(TollgateError);
    expect(() => spliceTraces(body, new Map())).toThrow('expected a length of at most 3');
  });

  it('of a million attributes that go takes one pass, and neighbours that go are one edit', () => {
    const one = plainAttribute('tollgate.charge', '').bytes;
    const many = 1_000_000;
    const content = Buffer.alloc(one.length * many, one);
    const body = requestWith({ bytes: content, marks: [] }, field(5, 'name'));
    expect(spliceTraces(body, toFirst(charge))).toEqual(
      requestWith(field(5, 'name'), added('tollgate.charge', 'charged')),
    );
  });
});
