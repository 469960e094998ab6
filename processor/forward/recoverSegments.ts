import type { QueueDirectory, QueueFile } from './queueDirectory.ts';
import { decodeMarks, SPANS_MODULUS } from './queueRecord.ts';
import { logFile, marksFile, parseFileName, type Segment } from './segment.ts';
import { endOf, SegmentReader } from './segmentReader.ts';

export interface RecoveredSegments {
  /** Those with records that are not done, in the order they were written, sealed. */
  readonly segments: readonly Segment[];
  /** Above that of every file found. */
  readonly nextNumber: number;
  /** Of records whose headers cannot be read, where a later record tells how many. */
  readonly lostSpans: number;
}

/**
 * Reads what a process before this one left. A torn tail, which nobody was told is safe, is cut; damaged bytes in the
 * middle cost what they cover. Payloads are checked when they are sent: here only headers are read.
 */
export async function recoverSegments(
  directory: QueueDirectory,
  onCut: (file: string, bytes: number) => void,
): Promise<RecoveredSegments> {
  const files = (await directory.list()).flatMap(({ name, bytes }) => parseFileName(name, bytes) ?? []);
  const logs = files.filter(({ kind }) => kind === 'log').map(({ segment }) => segment);
  logs.sort((one, other) => one.number - other.number);
  const segments: Segment[] = [];
  let lostSpans = 0;
  for (const segment of logs) {
    const { lost, cutBytes } = await scan(directory, segment);
    lostSpans += lost;
    if (cutBytes > 0) onCut(logFile(segment), cutBytes);
    if (segment.live > 0) segments.push(segment);
    else await removeSegment(directory, segment);
  }
  const names = new Set(logs.map(({ name }) => name));
  for (const { segment, kind } of files) {
    if (kind === 'done' && !names.has(segment.name)) await directory.remove(marksFile(segment));
  }
  return { segments, nextNumber: Math.max(0, ...files.map(({ segment }) => segment.number)) + 1, lostSpans };
}

/** The marks last: without its log a file of marks means nothing. */
export async function removeSegment(directory: QueueDirectory, segment: Segment): Promise<void> {
  await directory.remove(logFile(segment));
  await directory.remove(marksFile(segment));
}

export async function readMarks(directory: QueueDirectory, segment: Segment): Promise<Set<number>> {
  let file: QueueFile;
  try {
    file = await directory.open(marksFile(segment));
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return new Set();
    throw fault;
  }
  try {
    const bytes = Buffer.alloc(await file.size());
    const length = await file.read(bytes, 0);
    return decodeMarks(segment.seed, bytes.subarray(0, length));
  } finally {
    await file.close();
  }
}

/** Counts the records that are not done, and cuts what follows the last whole one. */
async function scan(directory: QueueDirectory, segment: Segment): Promise<{ lost: number; cutBytes: number }> {
  const done = await readMarks(directory, segment);
  const file = await directory.open(logFile(segment));
  try {
    const reader = new SegmentReader(file, segment.seed);
    let at = 0;
    let lost = 0;
    for (let found = await reader.next(at, segment.bytes); found !== null;) {
      const { spans, spansBefore } = found.header;
      lost += (spansBefore - segment.spans + SPANS_MODULUS) % SPANS_MODULUS;
      segment.spans = (spansBefore + spans) % SPANS_MODULUS;
      if (!done.has(found.offset)) {
        segment.live += 1;
        segment.unread += 1;
        segment.unreadSpans += spans;
      }
      at = endOf(found);
      found = await reader.next(at, segment.bytes);
    }
    const cutBytes = segment.bytes - at;
    if (cutBytes > 0) await file.truncate(at);
    segment.bytes = at;
    return { lost, cutBytes };
  } finally {
    await file.close();
  }
}
