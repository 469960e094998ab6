import { SpanStatusCode, type Attributes as ApiAttributes, type HrTime, type SpanContext } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import type { AttributeValue, ReceivedSpan, WantedKeys } from '../../src/span.ts';

/** Spans as the official SDK hands them to the official serializers, and what a decoder must read back of them. */
export const wanted: WantedKeys = {
  exact: new Set([
    'gen_ai.request.model',
    'gen_ai.usage.input_tokens',
    'user.id',
    'http.route',
    'ключ',
    'service.name',
    'a',
  ]),
  prefixes: ['tollgate.tag.', 'traceloop.association.properties.'],
};

const NANOS = 1_000_000_000n;

const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const id = (bytes: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .filter((octets) => octets.some((octet) => octet !== 0))
    .map((octets) => Buffer.from(octets).toString('hex'));

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
);
const scalar = fc.oneof(text, fc.boolean(), number, fc.uint8Array({ maxLength: 20 }), fc.constant(null));
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, scalar, tie('list'), tie('map')),
  list: fc.array(tie('any'), { maxLength: 4 }),
  map: fc.dictionary(fc.oneof(text, fc.constant('__proto__')), tie('any'), { maxKeys: 4, noNullPrototype: true }),
})).any;

const key = fc.oneof(
  fc.constantFrom(...wanted.exact),
  fc.string({ maxLength: 12 }).map((tail) => `tollgate.tag.${tail}`),
  fc.constantFrom('gen_ai.input.messages', 'gen_ai.request.mode', 'user.i', 'user.id2', 'tollgate.tag', 'A'),
  text,
);
const attributes = fc.dictionary(key, value, { maxKeys: 12, noNullPrototype: true });

/** Up to what a fixed64 of nanoseconds holds. */
const time: fc.Arbitrary<HrTime> = fc.tuple(
  fc.integer({ min: 0, max: 18_446_744_072 }),
  fc.integer({ min: 0, max: 999_999_999 }),
);

const scope = fc.record({ name: text, version: fc.option(text, { nil: undefined }) });

interface Described {
  readonly span: ReadableSpan;
  readonly expected: ReceivedSpan;
}

const ownSpan = fc.record({
  traceId: id(16),
  spanId: id(8),
  parentSpanId: fc.option(id(8), { nil: null }),
  name: text,
  kind: fc.integer({ min: 0, max: 4 }),
  startTime: time,
  endTime: time,
  code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR),
  message: fc.option(text, { nil: undefined }),
  attributes,
});
type OwnSpan = typeof ownSpan extends fc.Arbitrary<infer T> ? T : never;

/** Some resources, each with some scopes, each with some spans. */
export const exportOfSpans: fc.Arbitrary<Described[]> = fc
  .array(
    fc.record({
      attributes,
      scopes: fc.array(fc.record({ scope, spans: fc.array(ownSpan, { maxLength: 4 }) }), { maxLength: 3 }),
    }),
    {
      maxLength: 3,
    },
  )
  .map((resources) =>
    resources.flatMap((resource) => {
      const resourceSpans = resourceFromAttributes(toApi(resource.attributes));
      const distinct = resource.scopes.map((entry, index) => ({
        ...entry,
        scope: { ...entry.scope, name: `${index} ${entry.scope.name}` },
      }));
      return distinct.flatMap((entry) =>
        entry.spans.map((own) => describeSpan(own, entry.scope, resourceSpans, resource.attributes)),
      );
    }),
  );

/** The API's type names fewer kinds of value than exporters take. */
function toApi(source: Record<string, unknown>): ApiAttributes {
  return source as ApiAttributes;
}

function describeSpan(
  own: OwnSpan,
  instrumentationScope: { name: string; version: string | undefined },
  resource: ReadableSpan['resource'],
  resourceAttributes: Record<string, unknown>,
): Described {
  const context = (spanId: string): SpanContext => ({ traceId: own.traceId, spanId, traceFlags: 1 });
  const { name, version } = instrumentationScope;
  return {
    span: {
      name: own.name,
      kind: own.kind,
      spanContext: () => context(own.spanId),
      ...(own.parentSpanId === null ? {} : { parentSpanContext: context(own.parentSpanId) }),
      startTime: own.startTime,
      endTime: own.endTime,
      duration: [0, 0],
      ended: true,
      status: own.message === undefined ? { code: own.code } : { code: own.code, message: own.message },
      attributes: toApi(own.attributes),
      events: [{ name: 'event', time: own.startTime, attributes: toApi(own.attributes) }],
      links: [{ context: context(own.spanId), attributes: toApi(own.attributes) }],
      resource,
      instrumentationScope: version === undefined ? { name } : { name, version },
      droppedAttributesCount: 1,
      droppedEventsCount: 300,
      droppedLinksCount: 0,
    },
    expected: expectedSpan(own, { name, version: version ?? '' }, resourceAttributes),
  };
}

function expectedSpan(
  own: OwnSpan,
  scopeRead: ReceivedSpan['scope'],
  resourceAttributes: Record<string, unknown>,
): ReceivedSpan {
  const nanos = (at: HrTime): bigint => BigInt(at[0]) * NANOS + BigInt(at[1]);
  return {
    traceId: own.traceId,
    spanId: own.spanId,
    parentSpanId: own.parentSpanId,
    traceState: '',
    name: own.name,
    kind: ([1, 2, 3, 4, 5] as const)[own.kind] ?? 0,
    startUnixNano: nanos(own.startTime),
    endUnixNano: nanos(own.endTime),
    status: (['unset', 'ok', 'error'] as const)[own.code],
    statusMessage: own.message ?? '',
    attributes: wantedOf(own.attributes),
    // The SDK leaves nulls out of a resource.
    resource: {
      attributes: wantedOf(
        Object.fromEntries(Object.entries(resourceAttributes).filter(([, given]) => given !== null)),
      ),
    },
    scope: scopeRead,
  };
}

/** An independent statement of which keys are wanted. */
function wantedOf(source: Record<string, unknown>): Map<string, AttributeValue> {
  const isWanted = (name: string): boolean =>
    wanted.exact.has(name) || wanted.prefixes.some((prefix) => name.startsWith(prefix));
  return new Map(
    Object.entries(source).flatMap(([name, given]) => (isWanted(name) ? [[name, expectedValue(given)] as const] : [])),
  );
}

function expectedValue(given: unknown): AttributeValue {
  if (Array.isArray(given)) return given.map(expectedValue);
  if (given instanceof Uint8Array || typeof given === 'string' || typeof given === 'boolean') return given;
  // The wire has no negative zero among its integers.
  if (typeof given === 'number') return given === 0 ? 0 : given;
  if (typeof given !== 'object' || given === null) return null;
  const read: Record<string, AttributeValue> = Object.create(null);
  for (const [name, inner] of Object.entries(given)) read[name] = expectedValue(inner);
  return read;
}
