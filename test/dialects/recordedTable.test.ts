import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { knownDoubleCounts } from '../charging/knownDoubleCounts.ts';
import { fixturePaths, readFixture, receive, settleReceived } from './recordedCharges.ts';
import { recordedDoubleCounts } from './recordedDoubleCounts.ts';
import { recordedExpectations } from './recordedExpectations.ts';
import { knownTable, type Read, recordingsTable } from './recordedTable.ts';

const DOCS = '../../docs/dialects.md';

describe('the tables in docs/dialects.md', () => {
  it('are what the recordings give; `npm run docs:dialects` writes them', async () => {
    const reads = fixturePaths().map(readOf);
    const known = knownTable(recordedDoubleCounts, reads, knownDoubleCounts);
    const docs = readFileSync(new URL(DOCS, import.meta.url), 'utf8');
    const written = between(between(docs, 'recordings', recordingsTable(reads)), 'double counts', known);
    await expect(written).toMatchFileSnapshot(DOCS);
  });

  it('show each known double-count by recordings that there are', () => {
    const paths = recordedDoubleCounts.flatMap((known) => known.paths);
    expect(paths.filter((path) => !fixturePaths().includes(path))).toEqual([]);
  });
});

function readOf(path: string): Read {
  const fixture = readFixture(path);
  const received = receive(fixture);
  const expectation = recordedExpectations[path] ?? { by: [] };
  return { fixture, received, decided: settleReceived(received), expectation };
}

/** `docs` with other text between the two markers of a table. */
function between(docs: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name}: start -->`, `<!-- ${name}: end -->`];
  const [head, rest] = docs.split(start);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined)
    throw new Error(`expected ${start} and ${end} in ${DOCS}, found neither or one`);
  return `${head}${start}\n${text}\n${end}${tail}`;
}
