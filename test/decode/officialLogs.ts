import * as fc from 'fast-check';
import { LOG_BODY_BYTES_MAX } from '../../processor/decode/limits.ts';
import type { ReceivedLog, WantedLogs } from '../../src/log.ts';
import type { WrittenLog } from '../support/logRecords.ts';

/** Log records as the official serializers take them, and what a decoder must read back of them. */
export const wantedLogs: WantedLogs = {
  events: new Set(['claude_code.api_request', 'api_request', 'событие']),
  keys: {
    exact: new Set(['event.name', 'model', 'input_tokens', 'session.id', 'service.name', 'ключ']),
    prefixes: ['tollgate.tag.'],
  },
};

const text = fc.string({ unit: 'grapheme', maxLength: 80 });
const id = (bytes: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .filter((octets) => octets.some((octet) => octet !== 0))
    .map((octets) => Buffer.from(octets).toString('hex'));
const eventName = fc.oneof(
  fc.constantFrom(...wantedLogs.events, ''),
  fc.constantFrom('claude_code.api_reques', 'claude_code.api_request2', 'API_request'),
  text,
);
const value = fc.oneof(
  text,
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
);
const key = fc.oneof(
  fc.constantFrom(...wantedLogs.keys.exact),
  fc.string({ maxLength: 12 }).map((tail) => `tollgate.tag.${tail}`),
  fc.constantFrom('prompt', 'mode', 'input_token', 'tollgate.tag'),
  text,
);
const attributes = fc
  .record({ others: fc.dictionary(key, value, { maxKeys: 8 }), name: fc.option(eventName, { nil: undefined }) })
  .map(({ others, name }) => (name === undefined ? others : { ...others, 'event.name': name }));
const nanos = fc.bigInt({ min: 0n, max: 2n ** 63n });

export const writtenLog: fc.Arbitrary<WrittenLog> = fc.record({
  scope: text,
  resource: fc.dictionary(key, value, { maxKeys: 4 }),
  timeUnixNano: nanos,
  observedTimeUnixNano: nanos,
  eventName,
  body: fc.oneof(eventName, fc.string({ unit: 'grapheme', maxLength: 2 * LOG_BODY_BYTES_MAX })),
  traceId: fc.option(id(16)),
  spanId: fc.option(id(8)),
  attributes,
});

/** An independent statement of what is read of a record; null for one that is stepped over. */
export function expectedLog(log: WrittenLog): ReceivedLog | null {
  const isNamed = [log.attributes['event.name'], log.eventName, log.body].some(
    (name) => typeof name === 'string' && wantedLogs.events.has(name),
  );
  if (!isNamed) return null;
  return {
    traceId: log.traceId,
    // The SDK writes a span id in a span context only.
    spanId: log.traceId === null ? null : log.spanId,
    timeUnixNano: log.timeUnixNano,
    observedTimeUnixNano: log.observedTimeUnixNano,
    eventName: log.eventName,
    body: Buffer.from(log.body).subarray(0, LOG_BODY_BYTES_MAX).toString(),
    attributes: wantedOf(log.attributes),
    resource: { attributes: wantedOf(log.resource) },
    scope: { name: log.scope, version: '' },
  };
}

function wantedOf(source: WrittenLog['attributes']): ReceivedLog['attributes'] {
  const { exact, prefixes } = wantedLogs.keys;
  const isWanted = (name: string): boolean => exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
  // The wire has no negative zero among its integers.
  return new Map(
    Object.entries(source).flatMap(([name, given]) => (isWanted(name) ? [[name, given === 0 ? 0 : given]] : [])),
  );
}
