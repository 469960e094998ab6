import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import { type CardChange, compareRateData } from '../../src/pricing/compareRateData.ts';
import { libraryData } from '../../src/pricing/rateData.ts';
import type { ImportFile } from '../prices/priceBook.ts';
import { RATE_CARD_BYTES_MAX, readCardFile } from '../prices/rateCards.ts';
import { type Cell, type CommandContext, type CommandResult, nameSchema, openPrices, readArgs } from './command.ts';

/** Rows that are listed; the counts say of all. */
const LISTED_MAX = 1_000;
const HASH_DIGITS = 12;

const argsSchema = z
  .strictObject({
    file: z
      .string()
      .refine((value) => path.isAbsolute(value), { error: 'expected an absolute path' })
      .nullable(),
    name: nameSchema.nullable(),
    library: z.boolean(),
    dry_run: z.boolean(),
  })
  .refine(({ file, library }) => (file === null) === library, { error: 'expected a file or --library, and not both' });

/** Whoever reaches the socket or the database acts without a key. */
const nobody = { keyId: null, keyName: null };

/** Prices by another rate card from now on, and says what it changes; a dry run only says so. */
export async function importPrices(context: CommandContext, args: unknown): Promise<CommandResult> {
  const { file, name, dry_run: isDryRun } = readArgs(argsSchema, args);
  const prices = await openPrices(context);
  const { data: before } = await prices.cardInForce();
  const chosen = file === null ? null : await readFile(file, name);
  const after = chosen === null ? libraryData() : (await readCardFile(chosen)).data;
  const changes = compareRateData(before, after);
  if (!isDryRun) await prices.importCard(chosen, nobody);
  const count = (change: CardChange['change']): number => changes.filter((each) => each.change === change).length;
  const counts = {
    added: count('added'),
    removed: count('removed'),
    changed: count('prices'),
    renamed: count('names'),
  };
  const listed = changes.slice(0, LISTED_MAX);
  const rows = listed.flatMap(toRows);
  const said =
    changes.length === 0
      ? 'they say the same'
      : `${counts.added} cards added, ${counts.removed} removed, ${counts.changed} with other prices, ${counts.renamed} with other names`;
  return {
    ok: true,
    lines: [
      `${isDryRun ? 'Would price' : 'Prices'} by ${after.version} instead of ${before.version}: ${said}.`,
      ...(changes.length > LISTED_MAX ? [`The first ${LISTED_MAX} of them:`] : []),
      ...(isDryRun ? [] : ['Calls that have a price keep it: see tollgate reprice.']),
    ],
    table: rows.length === 0 ? null : { columns: ['card', 'change', 'figure', 'before', 'after'], rows },
    data: { applied: !isDryRun, before: before.version, after: after.version, ...counts, changes: listed },
  };
}

function toRows({ card, change, figures }: CardChange): Cell[][] {
  if (figures.length === 0) return [[card, change, null, null, null]];
  return figures.map(({ figure, before, after }) => [card, change, figure, before, after]);
}

async function readFile(file: string, name: string | null): Promise<ImportFile> {
  const content = await readBounded(file).catch((fault: unknown) => {
    if (fault instanceof TollgateError || !(fault instanceof Error)) throw fault;
    throw new TollgateError('bad_parameter', `The rate card cannot be read: ${fault.message}`, { cause: fault });
  });
  const hash = createHash('sha256').update(content).digest('hex').slice(0, HASH_DIGITS);
  return { version: name ?? `${path.basename(file)} ${hash}`, content };
}

/** Never more than the limit, whatever the file turns out to be. A pipe that nobody writes does not hold it up. */
async function readBounded(file: string): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new TollgateError('bad_parameter', `file: expected a file, ${file} is none`);
    if (found.size > RATE_CARD_BYTES_MAX) {
      throw new TollgateError(
        'bad_parameter',
        `file: found ${found.size} bytes in ${file}, expected at most ${RATE_CARD_BYTES_MAX}`,
      );
    }
    const content = Buffer.alloc(found.size);
    const { bytesRead } = await handle.read(content, 0, found.size, 0);
    return content.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
