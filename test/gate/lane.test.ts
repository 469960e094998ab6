import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLane, type Outcome } from '../../processor/gate/lane.ts';
import { TollgateError } from '../../src/errors.ts';

const limits = { batchMax: 3, waitingMax: 5 };
const echo = (batch: readonly string[]): Outcome<string>[] => batch.map((answer) => ({ ok: true, answer }));

/** A lane whose batches end when told to. */
function heldLane() {
  const batches: (readonly string[])[] = [];
  const ends: (() => void)[] = [];
  const lane = createLane<string, string>(async (batch) => {
    batches.push(batch);
    await new Promise<void>((resolve) => ends.push(resolve));
    return echo(batch);
  }, limits);
  const endNext = async (): Promise<void> => {
    while (ends.length === 0) await turnOfLoop();
    ends.shift()?.();
  };
  return { lane, batches, endNext };
}

describe('the lane', () => {
  it('puts what arrives while a batch runs in the next one, at most as many as a batch takes', async () => {
    const { lane, batches, endNext } = heldLane();
    const first = lane.ask('a');
    await turnOfLoop();
    const others = ['b', 'c', 'd', 'e'].map((request) => lane.ask(request));
    await endNext();
    expect(await first).toBe('a');
    await endNext();
    await endNext();
    expect(await Promise.all(others)).toEqual(['b', 'c', 'd', 'e']);
    expect(batches).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  });

  it('puts what stands ready in one turn of the loop in one batch, though microtasks lie between', async () => {
    const { lane, batches, endNext } = heldLane();
    const asked = [lane.ask('a')];
    await Promise.resolve();
    asked.push(lane.ask('b'));
    await endNext();
    expect(await Promise.all(asked)).toEqual(['a', 'b']);
    expect(batches).toEqual([['a', 'b']]);
  });

  it('refuses the request that would be one too many, and takes more when a batch has gone', async () => {
    const { lane, batches, endNext } = heldLane();
    const running = lane.ask('running');
    await turnOfLoop();
    const waiting = ['1', '2', '3', '4', '5'].map((request) => lane.ask(request));
    await expect(lane.ask('6')).rejects.toMatchObject({ code: 'overloaded', retryAfterSeconds: 1 });
    await endNext();
    await running;
    while (batches.length < 2) await turnOfLoop();
    const later = lane.ask('7');
    for (let batch = 0; batch < 2; batch += 1) await endNext();
    expect(await Promise.all([...waiting, later])).toEqual(['1', '2', '3', '4', '5', '7']);
  });

  it('answers all it took before it is closed, and takes no more', async () => {
    const { lane, endNext } = heldLane();
    const taken = ['a', 'b', 'c', 'd'].map((request) => lane.ask(request));
    const closed = lane.close();
    await expect(lane.ask('late')).rejects.toMatchObject({ code: 'shutting_down' });
    await endNext();
    await endNext();
    await closed;
    expect(await Promise.all(taken)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('runs a batch that failed again request by request, so that one fails alone', async () => {
    const runs: (readonly string[])[] = [];
    const lane = createLane<string, string>((batch) => {
      runs.push(batch);
      return batch.includes('bad') ? Promise.reject(new Error('bad data')) : Promise.resolve(echo(batch));
    }, limits);
    const answers = await Promise.allSettled(['a', 'bad', 'c'].map((request) => lane.ask(request)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(runs).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
  });

  it('asks an unavailable store once for all of a batch', async () => {
    let runs = 0;
    const fault = new TollgateError('store_unavailable', 'gone', { retryAfterSeconds: 5 });
    const lane = createLane<string, string>(() => {
      runs += 1;
      return Promise.reject(fault);
    }, limits);
    const answers = await Promise.allSettled(['a', 'b', 'c'].map((request) => lane.ask(request)));
    expect(answers).toEqual([1, 2, 3].map(() => ({ status: 'rejected', reason: fault })));
    expect(runs).toBe(1);
  });

  it('fails only the requests whose outcome is a fault', async () => {
    const lane = createLane<string, string>(
      (batch) =>
        Promise.resolve(batch.map((answer) => (answer === 'b' ? { ok: false, fault: 'no' } : { ok: true, answer }))),
      limits,
    );
    const answers = await Promise.allSettled(['a', 'b', 'c'].map((request) => lane.ask(request)));
    expect(answers).toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: 'no' },
      { status: 'fulfilled', value: 'c' },
    ]);
  });
});
