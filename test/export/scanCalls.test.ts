import { describe, expect, it } from 'vitest';
import { scanCalls } from '../../processor/export/scanCalls.ts';
import type { Queries } from '../../processor/store/database.ts';
import { rowsBound } from '../../processor/store/rowsBound.ts';

const question = { tenant: 'acme', from: 0n, to: 1n, filters: { dimensions: new Map(), tags: new Map() } };

/** The limit of the first statement, which is the last of its values. */
async function pageOf(bound: Queries['rowsBound']): Promise<unknown> {
  const asked: unknown[] = [];
  const queries: Queries = {
    query: async (_text, values = []) => {
      asked.push(values.at(-1));
      return [];
    },
    rowsBound: bound,
  };
  for await (const _calls of scanCalls(queries, question));
  return asked[0];
}

describe('a page of calls', () => {
  it('is a quarter on the embedded store, where all else waits while it is read', async () => {
    const embedded = rowsBound(1_000, () => undefined);
    expect([await pageOf(undefined), await pageOf(embedded)]).toEqual([2_000, 500]);
  });
});
