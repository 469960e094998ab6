import { describe, expect, it } from 'vitest';
import { createPayloadSource } from '../../bench/payloads.ts';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import { wantedKeys } from '../../src/dialects/wantedKeys.ts';
import type { ReceivedSpan } from '../../src/span.ts';

const options = { spans: 64, seed: 3, genAiShare: 0.25 };
const START = 1_760_000_000_000_000_000n;
const spansOf = (bytes: Uint8Array): ReceivedSpan[] => decodeTraces('protobuf', bytes, wantedKeys).spans;
const isChat = (span: ReceivedSpan): boolean => span.attributes.get('gen_ai.operation.name') === 'chat';

describe('the payloads of the benchmarks', () => {
  it.each([
    [0, 0],
    [0.25, 16],
    [1, 64],
  ])('hold a share of %d chat spans: %d of 64', (genAiShare, expected) => {
    const source = createPayloadSource({ ...options, genAiShare });
    const spans = spansOf(source.next(START));
    expect([spans.length, spans.filter(isChat).length, source.genAiSpans]).toEqual([64, expected, expected]);
  });

  it('are the same for a seed, and new in every id from one to the next', () => {
    const source = createPayloadSource(options);
    const [first, second] = [source.next(START), source.next(START)];
    const again = createPayloadSource(options);
    expect([again.next(START), again.next(START)]).toEqual([first, second]);
    const ids = [...spansOf(first), ...spansOf(second)].flatMap((span) => [
      span.spanId,
      span.attributes.get('gen_ai.response.id') ?? span.spanId,
    ]);
    expect(new Set(ids).size).toBe(2 * (64 + 16));
    expect(new Set([...spansOf(first), ...spansOf(second)].map((span) => span.traceId)).size).toBe(2 * 8);
  });

  it('hold whole traces that start when they are told to', () => {
    const spans = spansOf(createPayloadSource(options).next(START));
    const roots = spans.filter((span) => span.parentSpanId === null);
    expect(roots.map((span) => [span.kind, span.startUnixNano])).toEqual(Array.from({ length: 8 }, () => [2, START]));
    const rootIds = new Set(roots.map((span) => `${span.traceId}${span.spanId}`));
    const children = spans.filter((span) => span.parentSpanId !== null);
    expect(children.filter((span) => !rootIds.has(`${span.traceId}${span.parentSpanId}`))).toEqual([]);
  });

  it('bring each root with the next payload where they are told to', () => {
    const source = createPayloadSource({ ...options, rootsLater: true });
    const [first, second] = [spansOf(source.next(START)), spansOf(source.next(START))];
    const rootsOf = (spans: readonly ReceivedSpan[]) => spans.filter((span) => span.parentSpanId === null);
    const parents = new Set(
      first.flatMap((span) => (span.parentSpanId === null ? [] : [`${span.traceId}${span.parentSpanId}`])),
    );
    expect(parents).toEqual(new Set(rootsOf(second).map((span) => `${span.traceId}${span.spanId}`)));
  });
});
