import * as fc from 'fast-check';
import { field, join, varintField, type Piece } from '../../bench/protobufPieces.ts';
import type { AddedAttribute, Additions } from '../../processor/forward/addedAttribute.ts';
import { reorder, requestShape } from '../decode/wire.ts';
import { widen } from './wireMessages.ts';

type Part = Piece<never>;

const usageCostKeys = ['gen_ai.usage.cost.amount', 'gen_ai.usage.cost.currency', 'gen_ai.usage.cost.'];
const tollgatesKeys = ['tollgate.charge', 'tollgate.cost.usd', 'tollgate.cost.status', 'tollgate.cost.'];
/** Almost those that go, those that are added, and others. */
const otherKeys = [
  'tollgate.charged',
  'tollgate.cost',
  'tollgate.charg',
  'Tollgate.charge',
  'gen_ai.usage.cost',
  'gen_ai.usage.costs',
  'gen_ai.agent.name',
  'user.id',
  'gen_ai.conversation.id',
  '',
  'ключ',
  'k'.repeat(127),
  'k'.repeat(128),
];

/** Some keys none or twice, values of several types, and some that no encoder would write. */
function attributePart(keys: readonly string[]): fc.Arbitrary<Part> {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 150 }).map((text): Part => field(1, text)),
    fc.maxSafeInteger().map((whole): Part => varintField(3, whole)),
    fc.constant<Part>(field(5, field<never>(1, field<never>(1, 'tollgate.charge')))),
    fc.constant<Part>({ bytes: Buffer.alloc(0), marks: [] }),
  );
  const fields = fc.record({
    keys: fc.oneof(
      { arbitrary: fc.constantFrom(...keys).map((key) => [key]), weight: 9 },
      { arbitrary: fc.array(fc.constantFrom(...keys), { maxLength: 3 }), weight: 1 },
    ),
    values: fc.array(value, { minLength: 1, maxLength: 1 }),
  });
  return fields.map((own) =>
    field(
      9,
      join([...own.keys.map((key) => field<never>(1, key)), ...own.values.map((part) => field<never>(2, part))]),
    ),
  );
}

function spanPart(keys: readonly string[]): fc.Arbitrary<Part> {
  const own = fc.record({
    traceId: fc.uint8Array({ minLength: 0, maxLength: 16 }),
    name: fc.string({ maxLength: 20 }),
    attributes: fc.array(attributePart(keys), { maxLength: 8 }),
  });
  // An event has attributes too, which are nobody's business.
  const event: Part = field(11, field<never>(3, field<never>(1, 'tollgate.charge')));
  return own.map(({ traceId, name, attributes }) =>
    field(2, join([field<never>(1, traceId), field<never>(5, name), ...attributes, event])),
  );
}

/** Requests as bytes: any number of resources, scopes and spans, fields in any order, unknown ones among them. */
function tracesWith(keys: readonly string[]): fc.Arbitrary<Buffer> {
  const scope = fc.array(spanPart(keys), { maxLength: 4 }).map((spans): Part => field(2, join(spans)));
  const resource = fc.array(scope, { maxLength: 3 }).map((scopes): Part => {
    const attributes = field<never>(1, field<never>(1, field<never>(1, 'tollgate.charge')));
    return field(1, join([attributes, ...scopes]));
  });
  return fc
    .tuple(fc.array(resource, { maxLength: 3 }), fc.integer())
    .map(([resources, seed]) => reorder(join(resources).bytes, requestShape, seed));
}

export const traces = tracesWith([...usageCostKeys, ...tollgatesKeys, ...otherKeys]);
export const tracesWithoutUsageCost = tracesWith([...tollgatesKeys, ...otherKeys]);
/** With tags and lengths that take more bytes than they must. */
export const wideTraces = fc.tuple(traces, fc.integer()).map(([bytes, seed]) => widen(bytes, seed));

const value = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom('x'.repeat(125), 'x'.repeat(126), 'x'.repeat(20_000)),
  fc.double(),
);

function additionsOf(added: fc.Arbitrary<readonly AddedAttribute[]>): fc.Arbitrary<Additions> {
  return fc.array(fc.tuple(fc.nat(12), added), { maxLength: 8 }).map((entries) => new Map(entries));
}

export const additions: fc.Arbitrary<Additions> = additionsOf(
  fc.array(fc.record({ key: fc.constantFrom(...usageCostKeys, ...tollgatesKeys, ...otherKeys), value }), {
    maxLength: 9,
  }),
);

/** As of a call: always with a charge, which tells whose the usage cost is. */
export const costAdditions: fc.Arbitrary<Additions> = additionsOf(
  fc
    .array(fc.record({ key: fc.constantFrom(...usageCostKeys, ...tollgatesKeys), value }), { maxLength: 5 })
    .map((added) => [{ key: 'tollgate.charge', value: 'charged' }, ...added]),
);
