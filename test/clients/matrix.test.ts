import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { between } from './support/markdown.ts';
import { holesOf, matrixOf } from './support/matrix.ts';
import type { MatrixClient } from './support/matrix.ts';
import { readResults, resultsDirectory } from './support/results.ts';

const DOCS = '../../docs/clients.md';
/** What a scenario may be found to be; anything else is a fault that the suite of the client shows. */
const FAULTS = /changed|wrong|not refused|not run/;

const clients: MatrixClient[] = readdirSync(resultsDirectory)
  .toSorted()
  .map((file) => ({ id: file.replace('.json', ''), results: readResults(file) }));

describe('the matrix in docs/clients.md', () => {
  it('is what the tests of the clients found; `npm run docs:clients` writes it', async () => {
    const docs = readFileSync(new URL(DOCS, import.meta.url), 'utf8');
    await expect(between(docs, 'matrix', matrixOf(clients))).toMatchFileSnapshot(DOCS);
  });

  it('has no cell without a result or a reason, and no Node without a run', () => {
    expect(holesOf(clients)).toEqual([]);
  });

  it('has no fault in it', () => {
    const faults = clients.flatMap(({ id, results }) =>
      Object.entries(results.scenarios).flatMap(([scenario, found]) =>
        Object.values(found)
          .filter((outcome) => FAULTS.test(outcome))
          .map((outcome) => `${id}: ${scenario}: ${outcome}`),
      ),
    );
    expect(faults).toEqual([]);
  });
});
