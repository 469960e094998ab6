import { describe, expect, it } from 'vitest';
import { filesIn, makeDirectory, openTestQueue, writeFiles } from './queues.ts';

const HEADER_BYTES = 32;
const texts = ['first text', 'the second', 'and the third'];

/** One segment with the three texts: its name and bytes. */
async function makeSegment(directory: string, of: readonly string[] = texts): Promise<[string, Buffer]> {
  const queue = await openTestQueue(directory);
  for (const text of of) await queue.take(text);
  await queue.close();
  const [segment] = [...filesIn(directory, '.log')];
  if (segment === undefined) throw new Error('expected a segment');
  return segment;
}

/** Opens the queue on one damaged segment and drains it. */
async function openDamaged(directory: string, name: string, bytes: Buffer) {
  writeFiles(directory, new Map([[name, bytes]]));
  const queue = await openTestQueue(directory);
  const drained = await queue.drain();
  // What is damaged is dropped by who reads it.
  for (const { record, text } of drained) if (text === null) queue.said.corrupt += record.header.spans;
  await queue.close();
  return { said: queue.said, texts: drained.flatMap(({ text }) => text ?? []) };
}

describe('a torn tail', () => {
  it('is cut, wherever the last record ended, and what is before it is there', async () => {
    using directory = makeDirectory();
    const [name, whole] = await makeSegment(directory.path);
    const lastFrom = whole.length - HEADER_BYTES - 'and the third'.length;
    for (let length = lastFrom; length < whole.length; length += 1) {
      const { said, texts: read } = await openDamaged(directory.path, name, whole.subarray(0, length));
      expect(read).toEqual(texts.slice(0, 2));
      expect(said).toMatchObject({ recovered: 20, corrupt: 0, cuts: length === lastFrom ? [] : [length - lastFrom] });
      expect(filesIn(directory.path, '.log').get(name)?.length).toBe(lastFrom);
    }
    const { said, texts: read } = await openDamaged(directory.path, name, whole);
    expect(read).toEqual(texts);
    expect(said).toMatchObject({ recovered: 33, cuts: [] });
  });

  it('of zeros, as a file system leaves it after a loss of power, is cut too', async () => {
    using directory = makeDirectory();
    const [name, whole] = await makeSegment(directory.path);
    const { said, texts: read } = await openDamaged(
      directory.path,
      name,
      Buffer.concat([whole, Buffer.alloc(100_000)]),
    );
    expect(read).toEqual(texts);
    expect(said).toMatchObject({ recovered: 33, corrupt: 0, cuts: [100_000] });
  });
});

describe('a damaged byte', () => {
  it('anywhere in a record costs that record, its spans counted, and no other', async () => {
    using directory = makeDirectory();
    const [name, whole] = await makeSegment(directory.path);
    const from = HEADER_BYTES + 'first text'.length;
    const to = from + HEADER_BYTES + 'the second'.length;
    for (let at = from; at < to; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at] = (whole[at] ?? 0) ^ 0x41;
      const { said, texts: read } = await openDamaged(directory.path, name, damaged);
      expect(read).toEqual(['first text', 'and the third']);
      // 10 + 10 + 13 characters count as so many spans.
      expect(said).toMatchObject({ recovered: 33, corrupt: 10, cuts: [] });
    }
  });

  it('after the start costs no other record either', async () => {
    using directory = makeDirectory();
    const [name, whole] = await makeSegment(directory.path);
    for (const at of [0, HEADER_BYTES + 'first text'.length, whole.length - 'and the third'.length - HEADER_BYTES]) {
      writeFiles(directory.path, new Map([[name, whole]]));
      await using queue = await openTestQueue(directory.path);
      expect(queue.said.recovered).toBe(33);
      const damaged = Buffer.from(whole);
      damaged[at] = (whole[at] ?? 0) ^ 0x41;
      writeFiles(directory.path, new Map([[name, damaged]]));
      const read = await queue.drain();
      expect(read).toHaveLength(2);
      expect(queue.said.corrupt + read.reduce((sum, { record }) => sum + record.header.spans, 0)).toBe(33);
    }
  });

  it('in a mark has the record sent again', async () => {
    using directory = makeDirectory();
    const queue = await openTestQueue(directory.path);
    for (const text of texts) await queue.take(text);
    const [first, second] = await queue.drain();
    if (first === undefined || second === undefined) throw new Error('expected records');
    queue.queue.finish(first.record);
    queue.queue.finish(second.record);
    await queue.close();
    const files = filesIn(directory.path);
    const [marks] = [...files].filter(([name]) => name.endsWith('.done'));
    if (marks === undefined) throw new Error('expected marks');
    const [name, bytes] = marks;
    // Two marks of 8 bytes: the first is damaged, and behind the second is half a mark.
    expect(bytes.length).toBe(16);
    const damaged = Buffer.concat([bytes, Buffer.alloc(4)]);
    damaged[0] = 0xff;
    writeFiles(directory.path, new Map([...files, [name, damaged]]));
    await using after = await openTestQueue(directory.path);
    const read = await after.drain();
    expect(read.map(({ text }) => text)).toEqual(['first text', 'and the third']);
    for (const { record } of read) after.queue.finish(record);
    await after.close();
    expect([...filesIn(directory.path).keys()]).toEqual([]);
  });
});

describe('what is not of the queue', () => {
  it('is let be: other files stay, and marks without a segment go', async () => {
    using directory = makeDirectory();
    const note = new Map([['note.txt', Buffer.from('keep')]]);
    writeFiles(directory.path, new Map([...note, ['0000000007-00112233445566aa.done', Buffer.alloc(8)]]));
    const queue = await openTestQueue(directory.path);
    expect(filesIn(directory.path)).toEqual(note);
    // No number is used a second time.
    await queue.take('a');
    expect([...filesIn(directory.path, '.log').keys()].map((name) => name.slice(0, 10))).toEqual(['0000000008']);
    await queue.close();
  });

  it('is not taken for a record inside a payload, were it a whole segment of another queue', async () => {
    using other = makeDirectory();
    const [, foreign] = await makeSegment(other.path);
    using directory = makeDirectory();
    const queue = await openTestQueue(directory.path);
    await queue.queue.take(foreign, 'identity', 5);
    await queue.take('behind');
    await queue.close();
    const [segment] = [...filesIn(directory.path, '.log')];
    if (segment === undefined) throw new Error('expected a segment');
    const [name, bytes] = segment;
    bytes[8] = 0xff;
    const { said, texts: read } = await openDamaged(directory.path, name, bytes);
    expect(read).toEqual(['behind']);
    expect(said).toMatchObject({ recovered: 5 + 6, corrupt: 5 });
  });
});
