import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLog } from '../../src/dialects/logs/readLog.ts';
import { compileSources, type SourceRule } from '../../src/dialects/sources.ts';
import type { AttributeValue } from '../../src/span.ts';
import { REPORTED_TOKENS_MAX } from '../../src/usage.ts';
import {
  claudeRequest,
  codexCompleted,
  geminiResponse,
  toReceived,
  WRITTEN_UNIX_NANO,
  type Changes,
  type WrittenLog,
} from '../support/logRecords.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

function idsOf(log: WrittenLog): readonly (string | null | undefined)[] {
  const call = readLog(toReceived(log));
  return [call?.traceId, call?.spanId, call?.parentSpanId];
}
const emitters = [
  ['Claude Code', claudeRequest],
  ['Codex', codexCompleted],
  ['Gemini CLI', geminiResponse],
] as const;

describe.each(emitters)('the ids of a call by %s', (_name, make) => {
  it('are hexadecimal, and the same however often the record comes', () => {
    const [traceId, spanId, parentSpanId] = idsOf(make());
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(parentSpanId).toBeNull();
    expect(idsOf(make())).toEqual(idsOf(make()));
  });

  it('are those of the trace and a span in it where the record has them: never the span around it', () => {
    const [traceId, spanId, parentSpanId] = idsOf(make({ traceId: TRACE_ID, spanId: SPAN_ID }));
    expect([traceId, parentSpanId]).toEqual([TRACE_ID, SPAN_ID]);
    expect(spanId).toBe(idsOf(make())[1]);
    expect(spanId).not.toBe(SPAN_ID);
    expect(idsOf(make({ spanId: SPAN_ID }))).toEqual(idsOf(make()));
  });
});

describe('a call with a request id', () => {
  it('is told by it alone', () => {
    const later = { timeUnixNano: WRITTEN_UNIX_NANO + 1n, attributes: { 'event.sequence': 13, output_tokens: 40 } };
    expect(idsOf(claudeRequest(later))).toEqual(idsOf(claudeRequest()));
    expect(idsOf(claudeRequest({ attributes: { request_id: 'req_2' } }))).not.toEqual(idsOf(claudeRequest()));
  });
});

describe('a call without a request id', () => {
  const nameless: Changes = { attributes: { request_id: '' } };
  it.each<[string, Changes]>([
    ['time', { timeUnixNano: WRITTEN_UNIX_NANO + 1n }],
    ['body', { body: 'another', eventName: 'claude_code.api_request' }],
    ['session', { attributes: { 'session.id': 's2' } }],
    ['place in the session', { attributes: { 'event.sequence': 13 } }],
    ['counts', { attributes: { output_tokens: 40 } }],
  ])('is told by its %s', (_what, changes) => {
    const other = claudeRequest({ ...changes, attributes: { ...nameless.attributes, ...changes.attributes } });
    expect(idsOf(other)).not.toEqual(idsOf(claudeRequest(nameless)));
  });

  it('is not told by when somebody saw it, nor by text or number', () => {
    const seen = codexCompleted({ observedTimeUnixNano: WRITTEN_UNIX_NANO + 5n });
    expect(idsOf(seen)).toEqual(idsOf(codexCompleted()));
    expect(idsOf(codexCompleted({ attributes: { input_token_count: 12_000 } }))).toEqual(idsOf(codexCompleted()));
  });

  it('is told by when it was seen where nobody wrote a time', () => {
    const { attributes, ...log } = codexCompleted();
    const { 'event.timestamp': _time, ...rest } = attributes;
    const at = (observedTimeUnixNano: bigint) =>
      readLog(toReceived({ ...log, observedTimeUnixNano, attributes: rest }));
    expect(at(5n)?.startUnixNano).toBe(5n);
    expect(at(5n)?.spanId).not.toBe(at(6n)?.spanId);
  });
});

describe('the time of a call', () => {
  const startOf = (changes: Changes) => readLog(toReceived(claudeRequest(changes)))?.startUnixNano;
  it.each<[string, string | number, bigint]>([
    ['a fraction of a millisecond', '0.5', 500_000n],
    ['a whole day', 86_400_000, 86_400_000_000_000n],
    ['more than a day', 86_400_001, 0n],
    ['less than nothing', -1, 0n],
    ['no number', 'soon', 0n],
    ['no finite number', Number.POSITIVE_INFINITY, 0n],
    ['NaN', Number.NaN, 0n],
  ])('is its end less a duration of %s', (_what, duration, nano) => {
    expect(startOf({ attributes: { duration_ms: duration } })).toBe(WRITTEN_UNIX_NANO - nano);
  });

  it('is not before 1970, and 0 where nobody says any', () => {
    expect(startOf({ timeUnixNano: 1_000n, attributes: { duration_ms: 1 } })).toBe(0n);
    const silent = { timeUnixNano: 0n, observedTimeUnixNano: 0n };
    expect(startOf({ ...silent, attributes: { 'event.timestamp': 'yesterday' } })).toBe(0n);
    expect(startOf({ ...silent, attributes: { 'event.timestamp': '9999-99-99T99:99:99Z' } })).toBe(0n);
  });
});

describe('a record that says nonsense', () => {
  it.each<[string, string | number, string]>([
    ['input_tokens', -1, 'input_tokens: expected an integer'],
    ['input_tokens', 'many', 'input_tokens: expected an integer'],
    ['output_tokens', Number.NaN, 'output_tokens: expected an integer'],
    ['cache_read_tokens', REPORTED_TOKENS_MAX + 1, 'cache_read_tokens: expected an integer'],
  ])('with %s of %s has a fault that names it', (key, value, fault) => {
    expect(readLog(toReceived(claudeRequest({ attributes: { [key]: value } })))?.usageFault).toContain(fault);
  });

  it('with more cache than input, which includes it, has a fault and no bucket below 0', () => {
    const call = readLog(toReceived(codexCompleted({ attributes: { cached_token_count: 12_001 } })));
    expect([call?.usage.input_uncached, call?.usageFault]).toEqual([
      null,
      'cached input 12001 above input 12000, which includes it',
    ]);
  });

  it('is read all the same, whatever stands where', () => {
    const value: fc.Arbitrary<AttributeValue> = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.double(),
      fc.bigInt(),
      fc.boolean(),
      fc.uint8Array({ maxLength: 9 }),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.constant(null),
      fc.constant({ nested: 'object' }),
    );
    const keys = Object.keys({
      ...claudeRequest().attributes,
      ...codexCompleted().attributes,
      ...geminiResponse().attributes,
    });
    const changed = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 8 });
    fc.assert(
      fc.property(
        fc.constantFrom(...emitters),
        changed,
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        ([, make], own, time) => {
          const record = toReceived(make({ timeUnixNano: time }));
          const attributes = new Map([...record.attributes, ...Object.entries(own)]);
          const call = readLog({ ...record, attributes });
          expect(readLog({ ...record, attributes })).toEqual(call);
          if (call === null) return;
          expect(call.startUnixNano >= 0n && call.durationNano >= 0n).toBe(true);
          expect(call.spanId).toMatch(/^[0-9a-f]{16}$/);
        },
      ),
    );
  });
});

describe('what the operator says of an emitter', () => {
  const rule: SourceRule = {
    scope: 'gemini-cli',
    service: null,
    inputIncludesCache: null,
    outputIncludesReasoning: null,
    usage: null,
    provider: null,
  };
  const read = (changes: Partial<SourceRule>) =>
    readLog(toReceived(geminiResponse()), compileSources([{ ...rule, ...changes }]));
  it('holds for its log records too', () => {
    expect(read({ usage: 'ignore' })).toBeNull();
    expect(read({ usage: 'container' })).toMatchObject({ role: 'container', containerRule: 'sources.usage=container' });
    expect(read({ usage: 'estimate' })?.usageSource).toBe('estimate');
    expect(read({ provider: 'vertex_ai' })?.provider).toBe('gcp.vertex_ai');
    expect(read({ inputIncludesCache: false })?.cacheSemantics).toBe('exclusive:config');
  });
});
