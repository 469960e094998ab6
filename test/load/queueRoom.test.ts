import { describe, expect, it } from 'vitest';
import { QueueRoom } from '../../processor/store/queueRoom.ts';

const LIMITS = { lanes: 2, queuedSpansMax: 4_000, expectedWaitMsMax: 4_000 };

function room() {
  const clock = { nowMs: 1_000 };
  return { clock, room: new QueueRoom(LIMITS, () => clock.nowMs) };
}

describe('the room for exports', () => {
  it('takes an export of any size when nothing waits', () => {
    expect(room().room.refusal('a', 1_000_000)).toBeNull();
  });

  it('gives one tenant alone three quarters: 3,000 of 4,000, where 1,000 are left free', () => {
    const { room: queue } = room();
    queue.take('a', 2_000);
    // 2,000 + 1,000 would be 3,000 while 4,000 − 2,000 are free: no more than three times that.
    expect(queue.refusal('a', 1_000)).toBeNull();
    queue.take('a', 1_000);
    expect(queue.refusal('a', 1)).toBe('queued_spans');
  });

  it('takes the first export of another tenant beside the flood, its second by the same rule', () => {
    const { room: queue } = room();
    queue.take('a', 3_000);
    expect(queue.refusal('b', 500)).toBeNull();
    queue.take('b', 500);
    // 500 are free, so b may hold 1,500.
    expect([queue.refusal('b', 1_000), queue.refusal('b', 1_001)]).toEqual([null, 'queued_spans']);
    queue.take('b', 500);
    expect(queue.refusal('c', 1)).toBe('queued_spans');
  });

  it('refuses where what waits takes longer than the limit, as fast as it was lately', () => {
    const { room: queue } = room();
    queue.take('a', 2_000);
    queue.take('a', 800);
    // A full group of 400 spans in 1 s on one of two lanes: 800 a second. 2,800 − 400 = 2,400 take 3 s.
    queue.give('a', 400);
    queue.measure({ spans: 400, ms: 1_000, isFull: true, isStored: true });
    expect(queue.state).toEqual({ queuedSpans: 2_400, expectedWaitMs: 3_000 });
    expect(queue.refusal('a', 1)).toBeNull();
    queue.measure({ spans: 100, ms: 10_000, isFull: true, isStored: true });
    expect(queue.refusal('a', 1)).toBe('expected_wait');
  });

  it('tells a time between half the wait and all of it', () => {
    const { room: queue } = room();
    queue.take('a', 2_000);
    queue.measure({ spans: 100, ms: 1_000, isFull: true, isStored: true });
    // 2,000 spans at 200 a second: 10 s.
    const seconds = Array.from({ length: 200 }, () => queue.overloaded('a').retryAfterSeconds ?? 0);
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...seconds)).toBeLessThanOrEqual(10);
    expect(queue.overloaded('a')).toMatchObject({
      code: 'overloaded',
      message: '2000 spans wait to be stored, for about 10 s: come again.',
    });
  });

  it('expects of another tenant only what its own turns take', () => {
    const { room: queue } = room();
    queue.take('a', 2_000);
    queue.measure({ spans: 100, ms: 1_000, isFull: true, isStored: true });
    // 100 spans of b, taken in turn with those of a: 200 spans ahead at 200 a second take 1 s, not 10 s.
    expect([queue.refusal('a', 1), queue.refusal('b', 100)]).toEqual(['expected_wait', null]);
  });

  it('refuses when nothing has been stored for longer than the limit, and goes on when something is', () => {
    const { clock, room: queue } = room();
    queue.take('a', 10);
    clock.nowMs += 4_000;
    expect(queue.refusal('b', 1)).toBeNull();
    clock.nowMs += 1;
    expect(queue.refusal('b', 1)).toBe('expected_wait');
    queue.measure({ spans: 5, ms: 4_001, isFull: false, isStored: false });
    expect(queue.refusal('b', 1)).toBeNull();
  });

  it('lets a small group raise the rate but not lower it, and forgets it after a minute', () => {
    const { clock, room: queue } = room();
    queue.take('a', 1_000);
    queue.measure({ spans: 100, ms: 1_000, isFull: true, isStored: true });
    const expectedWaitMs = (): number => queue.state.expectedWaitMs;
    expect(expectedWaitMs()).toBe(5_000);
    queue.measure({ spans: 1, ms: 1_000, isFull: false, isStored: true });
    expect(expectedWaitMs()).toBe(5_000);
    // 50 spans in 100 ms: at least 500 a second on each lane.
    queue.measure({ spans: 50, ms: 100, isFull: false, isStored: true });
    expect(expectedWaitMs()).toBe(1_000);
    clock.nowMs += 60_001;
    queue.measure({ spans: 1, ms: 1, isFull: false, isStored: true });
    expect(expectedWaitMs()).toBe(0);
  });
});
