import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PolicyAnswer, PolicyRequest } from '../../instrumentation/gate/policyClient.ts';
import { Reservations } from '../../instrumentation/gate/reservations.ts';
import { Settlements } from '../../instrumentation/gate/settlements.ts';

let sent: PolicyRequest[];
let answers: (PolicyAnswer | Error)[];
let stderr: string[];
const ok: PolicyAnswer = { status: 200, body: {} };
const sender = {
  send: (request: PolicyRequest): Promise<PolicyAnswer> => {
    sent.push(request);
    const answer = answers.shift() ?? ok;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  },
};

beforeEach(() => {
  vi.useFakeTimers();
  [sent, answers, stderr] = [[], [], []];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => stderr.push(String(text)) > 0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('reservations', () => {
  it('are renewed every 40 s, all open ones in one request, and no longer when they are closed', async () => {
    const reservations = new Reservations(sender);
    reservations.open('a');
    reservations.open('b');
    await vi.advanceTimersByTimeAsync(39_999);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent.map(({ path, body }) => [path, body])).toEqual([['/renewals', { ids: ['a', 'b'] }]]);
    reservations.close('a', null);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(sent[1]?.body).toEqual({ ids: ['b'] });
    reservations.close('b', null);
    await vi.advanceTimersByTimeAsync(400_000);
    expect(sent).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that have ended are renewed no more; one whose renewal is lost has another chance', async () => {
    const reservations = new Reservations(sender);
    reservations.open('a');
    reservations.open('b');
    answers = [new Error('away'), { status: 200, body: { renewed: [], ended: ['a'] } }];
    await vi.advanceTimersByTimeAsync(120_000);
    expect(sent.map(({ body }) => body)).toEqual([{ ids: ['a', 'b'] }, { ids: ['a', 'b'] }, { ids: ['b'] }]);
  });

  it('are renewed at most 1,000 a request', async () => {
    const reservations = new Reservations(sender);
    for (let call = 0; call < 2_001; call += 1) reservations.open(String(call));
    await vi.advanceTimersByTimeAsync(40_000);
    expect(sent.map(({ body }) => (body as { ids: string[] }).ids.length)).toEqual([1_000, 1_000, 1]);
  });
});

describe('settlements', () => {
  it('are sent again after 0.2, 1 and 5 s, and then left to the spans', async () => {
    const settlements = new Settlements(sender);
    answers = [new Error('away'), { status: 503, body: {} }, { status: 429, body: {} }, new Error('gone')];
    settlements.add('a', { released: true });
    const flushed = vi.fn();
    void settlements.flush().then(flushed);
    const counts: number[] = [];
    for (const ms of [0, 199, 1, 999, 1, 4_999, 1]) {
      await vi.advanceTimersByTimeAsync(ms);
      counts.push(sent.length);
    }
    expect(counts).toEqual([1, 1, 2, 2, 3, 3, 4]);
    expect(stderr).toEqual(['tollgate: cannot settle reservations: gone; spans settle them, or they expire\n']);
    expect(flushed).toHaveBeenCalledOnce();
    expect(settlements.isIdle).toBe(true);
  });

  it('that are refused for good are sent once, and that is said', async () => {
    const settlements = new Settlements(sender);
    answers = [
      { status: 404, body: {} },
      { status: 400, body: {} },
    ];
    // Nothing was reserved, so that there was nothing to release: no reason to say anything.
    settlements.add('a', { released: true });
    settlements.add('b', { usage: { output: 1 }, final: true });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(2);
    expect(stderr).toEqual(['tollgate: Tollgate refused a settlement: HTTP status 400\n']);
  });

  it('are sent eight at once, each to its own decision', async () => {
    const open: (() => void)[] = [];
    const settlements = new Settlements({
      send: (request) => {
        sent.push(request);
        return new Promise((resolve) => open.push(() => resolve(ok)));
      },
    });
    for (let call = 0; call < 20; call += 1) settlements.add(`id-${call}`, { released: true });
    expect(sent).toHaveLength(8);
    while (open.length > 0) {
      open.shift()?.();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(sent.map(({ path }) => path)).toEqual(
      Array.from({ length: 20 }, (_, call) => `/decisions/id-${call}/settlement`),
    );
    expect(settlements.isIdle).toBe(true);
  });
});
