import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultyDirectory, type FaultPoint, filesIn, makeDirectory, openTestQueue, type TestQueue } from './queues.ts';

/** A busy machine takes its time to remove a file. */
const POLL = { timeout: 30_000 };

const textsOf = async (queue: TestQueue): Promise<(string | null)[]> => (await queue.drain()).map(({ text }) => text);

describe('the queue of forwarding', () => {
  it('gives out what it took, in order, each once', async () => {
    using directory = makeDirectory();
    await using queue = await openTestQueue(directory.path);
    await queue.take('first');
    await queue.take('');
    await queue.take('third');
    expect(await textsOf(queue)).toEqual(['first', '', 'third']);
    expect(await textsOf(queue)).toEqual([]);
    await queue.take('fourth');
    expect(await textsOf(queue)).toEqual(['fourth']);
  });

  it('gives out after a restart what was not finished, and nothing else', async () => {
    using directory = makeDirectory();
    const before = await openTestQueue(directory.path);
    for (const text of ['a', 'bb', 'ccc', 'dddd']) await before.take(text);
    for (const { record, text } of await before.drain())
      if (text !== 'bb' && text !== 'dddd') before.queue.finish(record);
    await before.close();
    await using after = await openTestQueue(directory.path);
    expect(after.said).toMatchObject({ recovered: 2 + 4, corrupt: 0, cuts: [] });
    expect(await textsOf(after)).toEqual(['bb', 'dddd']);
  });

  it('leaves no file behind when all is finished', async () => {
    using directory = makeDirectory();
    const queue = await openTestQueue(directory.path);
    await queue.take('a');
    expect(filesIn(directory.path).size).toBe(1);
    for (const { record } of await queue.drain()) queue.queue.finish(record);
    await queue.close();
    expect([...filesIn(directory.path).keys()]).toEqual([]);
    expect(queue.said.bytes).toBe(0);
  });

  it('has takes that wait go together in one fsync', async () => {
    using directory = makeDirectory();
    const faulty = faultyDirectory(directory.path);
    await using queue = await openTestQueue(faulty);
    await Promise.all(Array.from({ length: 100 }, (_, index) => queue.take(`text ${index}`)));
    // One with the first, which found nobody waiting, and one with the 99 that came while it ran.
    expect(faulty.syncs).toBe(2);
    expect(await textsOf(queue)).toHaveLength(100);
  });

  it('has done all it does with its files when it is closed', async () => {
    using directory = makeDirectory();
    const text = 'x'.repeat(64 * 1024);
    const queue = await openTestQueue(directory.path);
    await queue.take(text);
    // The segment is full and done: it is being ended and removed while the queue is closed.
    for (const { record } of await queue.drain()) queue.queue.finish(record);
    await queue.close();
    expect([...filesIn(directory.path).keys()]).toEqual([]);
  });

  it('keeps its files for their owner alone', async () => {
    using directory = makeDirectory();
    await using queue = await openTestQueue(directory.path);
    await queue.take('a prompt');
    const { mode } = await import('node:fs').then((fs) =>
      fs.statSync(`${directory.path}/${[...filesIn(directory.path).keys()][0]}`),
    );
    expect(mode & 0o777).toBe(0o600);
  });
});

describe('a full queue', () => {
  // 1 MiB in segments of 64 KiB.
  const queueBytes = 1024 ** 2;
  const half = 'x'.repeat(queueBytes / 2 - 32);

  it('takes up to queue_bytes, headers of 32 bytes included, and then nothing', async () => {
    using directory = makeDirectory();
    await using queue = await openTestQueue(directory.path, { queueBytes });
    await queue.take(half);
    await queue.take(half);
    expect(queue.said.bytes).toBe(queueBytes);
    await expect(queue.take('')).rejects.toMatchObject({ code: 'forward_queue_full', retryAfterSeconds: 5 });
    expect(queue.said).toMatchObject({ queued: 2 * half.length, faults: [] });
  });

  it('counts what is on its way to the disk', async () => {
    using directory = makeDirectory();
    await using queue = await openTestQueue(directory.path, { queueBytes });
    const outcomes = await Promise.allSettled([queue.take(half), queue.take(half), queue.take('')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  it('takes more when a segment is done', async () => {
    using directory = makeDirectory();
    const queue = await openTestQueue(directory.path, { queueBytes });
    await queue.take(half);
    await queue.take(half);
    const [first, second] = await queue.drain();
    if (first === undefined || second === undefined) throw new Error('expected two records');
    queue.queue.finish(first.record);
    await expect.poll(() => queue.said.bytes, POLL).toBe(queueBytes / 2);
    await queue.take('third');
    expect(await textsOf(queue)).toEqual(['third']);
    await queue.close();
    await using after = await openTestQueue(directory.path, { queueBytes });
    expect(await textsOf(after)).toEqual([half, 'third']);
  });

  it('takes a payload of any size where it is empty, so that none waits for ever', async () => {
    using directory = makeDirectory();
    await using queue = await openTestQueue(directory.path, { queueBytes });
    const large = 'x'.repeat(2 * queueBytes);
    await queue.take(large);
    await expect(queue.take('')).rejects.toMatchObject({ code: 'forward_queue_full' });
    for (const { record } of await queue.drain()) queue.queue.finish(record);
    await expect.poll(() => queue.said.bytes, POLL).toBe(0);
    await queue.take(large);
  });
});

describe('a disk that takes no more', () => {
  it.each<FaultPoint>(['create', 'write', 'sync', 'directorySync'])(
    'refuses takes while %s fails, and the queue works when it does again',
    async (point) => {
      using directory = makeDirectory();
      const faulty = faultyDirectory(directory.path);
      const queue = await openTestQueue(faulty);
      // The first segment exists where the fault is not about making one.
      const before = point === 'write' || point === 'sync' ? ['before'] : [];
      for (const text of before) await queue.take(text);
      faulty.fault = point;
      for (const text of ['refused', 'refused again']) {
        await expect(queue.take(text)).rejects.toMatchObject({
          code: 'forward_unavailable',
          message: expect.stringContaining('(ENOSPC)'),
          retryAfterSeconds: 5,
        });
      }
      expect(queue.said.faults).toHaveLength(2);
      faulty.fault = null;
      await queue.take('after');
      expect(queue.said.queued).toBe([...before, 'after'].join('').length);
      expect(await textsOf(queue)).toEqual([...before, 'after']);
      await queue.close();
      await using reopened = await openTestQueue(directory.path);
      expect(await textsOf(reopened)).toEqual([...before, 'after']);
      expect(reopened.said).toMatchObject({ corrupt: 0, cuts: [] });
    },
  );
});

describe('a file that cannot be removed', () => {
  it('counts until the next is removed, and goes with it', async () => {
    using directory = makeDirectory();
    const faulty = faultyDirectory(directory.path);
    const queue = await openTestQueue(faulty);
    const text = 'x'.repeat(64 * 1024);
    await queue.take(text);
    await queue.take(text);
    const [first, second] = await queue.drain();
    if (first === undefined || second === undefined) throw new Error('expected two records');
    faulty.fault = 'remove';
    queue.queue.finish(first.record);
    await expect.poll(() => queue.said.faults.length, POLL).toBe(1);
    expect(queue.said.bytes).toBe(2 * (text.length + 32));
    faulty.fault = null;
    queue.queue.finish(second.record);
    await expect.poll(() => queue.said.bytes, POLL).toBe(0);
    await queue.close();
    expect([...filesIn(directory.path).keys()]).toEqual([]);
  });
});

describe('a record that nobody can finish', () => {
  it('keeps its own segment, and none of the others', async () => {
    using directory = makeDirectory();
    await using queue = await openTestQueue(directory.path);
    // 64 KiB and a header fill a segment each.
    const text = 'x'.repeat(64 * 1024);
    for (let index = 0; index < 8; index += 1) await queue.take(text);
    const [, ...others] = await queue.drain();
    for (const { record } of others) queue.queue.finish(record);
    await expect.poll(() => queue.said.bytes, POLL).toBe(text.length + 32);
  });
});

describe('whatever is taken, finished and restarted, in any order', () => {
  it('has exactly what was taken and not finished', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ do: fc.constant('take' as const), size: fc.integer({ min: 0, max: 40_000 }) }),
      },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('finish' as const), which: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        using directory = makeDirectory();
        let queue = await openTestQueue(directory.path);
        let expected: string[] = [];
        let given: Awaited<ReturnType<TestQueue['drain']>> = [];
        for (const [index, each] of steps.entries()) {
          if (each.do === 'take') {
            const text = `${index} ${'x'.repeat(each.size)}`;
            await queue.take(text);
            expected.push(text);
          } else if (each.do === 'finish') {
            given.push(...(await queue.drain()));
            const [done] = given.splice(each.which % Math.max(1, given.length), 1);
            if (done === undefined) continue;
            queue.queue.finish(done.record);
            expected = expected.filter((text) => text !== done.text);
          } else {
            await queue.close();
            queue = await openTestQueue(directory.path);
            given = [];
            expect(queue.said.recovered).toBe(expected.join('').length);
          }
        }
        given.push(...(await queue.drain()));
        await queue.close();
        expect(new Set(given.map(({ text }) => text))).toEqual(new Set(expected));
        expect(given).toHaveLength(expected.length);
      }),
      { numRuns: 60 },
    );
  });
});
