import { describe, expect, it } from 'vitest';
import { admit, explainRefused } from '../../processor/admit.ts';
import type { ReceivedSpan } from '../../src/span.ts';

const NOW_MS = Date.UTC(2026, 10, 21);
const DAY_MS = 86_400_000;

function startedAt(startUnixNano: bigint): ReceivedSpan {
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: null,
    traceState: '',
    name: 'chat',
    kind: 3,
    startUnixNano,
    endUnixNano: startUnixNano,
    status: 'unset',
    statusMessage: '',
    attributes: new Map(),
    resource: { attributes: new Map() },
    scope: { name: '', version: '' },
  };
}

const nano = (ms: number): bigint => BigInt(ms) * 1_000_000n;

describe('admission', () => {
  it('takes a span that starts with the first open day and refuses one a nanosecond older, however long it would be kept', () => {
    const open = NOW_MS - 10 * DAY_MS;
    const admitted = admit([startedAt(nano(open)), startedAt(nano(open) - 1n)], NOW_MS, 400, open);
    expect(admitted.items.map((span) => span.startUnixNano)).toEqual([nano(open)]);
    expect(admitted.refused).toEqual({ too_old: 0, closed: 1, in_future: 0 });
    expect(explainRefused(admitted, 400)).toEqual(['started on a day whose books retention has closed: 1']);
  });

  it('takes a span that started exactly retention_days ago and refuses one a nanosecond older', () => {
    const limit = nano(NOW_MS - 400 * DAY_MS);
    const admitted = admit([startedAt(limit), startedAt(limit - 1n)], NOW_MS, 400, 0);
    expect(admitted.items.map((span) => span.startUnixNano)).toEqual([limit]);
    expect(admitted.refused).toEqual({ too_old: 1, closed: 0, in_future: 0 });
    expect(explainRefused(admitted, 400)).toEqual(['started more than 400 days ago (retention_days): 1']);
  });

  it('takes a span that starts exactly a day from now and refuses one a nanosecond later', () => {
    const limit = nano(NOW_MS + DAY_MS);
    const admitted = admit([startedAt(limit + 1n), startedAt(limit)], NOW_MS, 400, 0);
    expect(admitted.items.map((span) => span.startUnixNano)).toEqual([limit]);
    expect(admitted.refused).toEqual({ too_old: 0, closed: 0, in_future: 1 });
    expect(explainRefused(admitted, 400)).toEqual(['start more than a day in the future: 1']);
  });

  it('refuses the times that no span has: zero and the largest number', () => {
    const admitted = admit([startedAt(0n), startedAt(2n ** 64n - 1n)], NOW_MS, 400, 0);
    expect(admitted.refused).toEqual({ too_old: 1, closed: 0, in_future: 1 });
  });
});
