import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adjustments } from '../../src/pricing/data/adjustments.ts';
import { corrections } from '../../src/pricing/data/corrections.ts';
import { rateNames } from '../../src/pricing/writtenPrice.ts';
import { adjustmentsTable, correctionsTable } from './priceTables.ts';

const DOCS = '../../docs/prices.md';

describe('docs/prices.md', () => {
  it('lists the corrections and adjustments there are; `npm run docs:prices` writes them', async () => {
    const docs = readFileSync(new URL(DOCS, import.meta.url), 'utf8');
    const written = between(
      between(docs, 'corrections', correctionsTable(corrections)),
      'adjustments',
      adjustmentsTable(adjustments),
    );
    await expect(written).toMatchFileSnapshot(DOCS);
  });

  it('names every rate that can be written', () => {
    const docs = readFileSync(new URL(DOCS, import.meta.url), 'utf8');
    expect(Object.keys(rateNames).filter((name) => !docs.includes(`\`${name}\``))).toEqual([]);
  });
});

/** `docs` with other text between the two markers of a table. */
function between(docs: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name}: start -->`, `<!-- ${name}: end -->`];
  const [head, rest] = docs.split(start);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined)
    throw new Error(`expected ${start} and ${end} in ${DOCS}, found neither or one`);
  return `${head}${start}\n${text}\n${end}${tail}`;
}
