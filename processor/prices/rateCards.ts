import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { TollgateError } from '../../src/errors.ts';
import { libraryData, type RateData, readRateData } from '../../src/pricing/rateData.ts';
import { type Actor, recordAction } from '../access/auditLog.ts';
import type { Queries } from '../store/database.ts';
import type { ImportedCard, ImportFile } from './priceBook.ts';
import { seizePrices } from './priceLock.ts';

/** genai-prices' own file has some 2 MB. */
export const RATE_CARD_BYTES_MAX = 32 * 1024 * 1024;

/** Under whose name the audit log has what concerns every tenant. */
const EVERY_TENANT = '';

/** A file that was read and found to be rate data, ready to be kept. */
export interface ReadCard {
  readonly data: RateData;
  readonly sha256: string;
  readonly compressed: Buffer;
}

/** Throws `bad_parameter`. */
export async function readCardFile({ version, content }: ImportFile): Promise<ReadCard> {
  if (content.length > RATE_CARD_BYTES_MAX) {
    throw new TollgateError(
      'bad_parameter',
      `file: found ${content.length} bytes, expected at most ${RATE_CARD_BYTES_MAX}`,
    );
  }
  const data = readRateData(parseJson(content), version);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { data, sha256, compressed: await promisify(gzip)(content) };
}

function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch (fault) {
    const found = fault instanceof Error ? fault.message : String(fault);
    throw new TollgateError('bad_parameter', `file: expected JSON, found ${found}`, { cause: fault });
  }
}

/** Inside a transaction of its own; null puts the library's data in force again. */
export async function putCardInForce(client: Queries, card: ReadCard | null, actor: Actor): Promise<ImportedCard> {
  const before = await selectCardInForce(client);
  const named = { version: card?.data.version ?? libraryData().version, sha256: card?.sha256 ?? null };
  if ((before?.sha256 ?? null) === named.sha256) return { ...named, isNew: false };
  const { now } = await seizePrices(client);
  const id = card === null ? null : await keepCard(client, card, actor, now);
  await client.query('update tollgate_data.price_epoch set rate_card_id = $1', [id]);
  const detail = { before: before === null ? null : { version: before.version, sha256: before.sha256 }, after: named };
  await recordAction(client, actor, { tenant: EVERY_TENANT, name: 'price.import', detail, at: now });
  return { ...named, isNew: true };
}

/** The same file imported before is the same card. */
async function keepCard(client: Queries, card: ReadCard, actor: Actor, now: Date): Promise<string> {
  const { data, sha256, compressed } = card;
  await client.query(
    `insert into tollgate_data.rate_cards (version, sha256, content, imported_at, key_id, key_name)
values ($1, decode($2, 'hex'), $3, $4, $5, $6)
on conflict (sha256) do update set version = excluded.version, imported_at = excluded.imported_at,
  key_id = excluded.key_id, key_name = excluded.key_name`,
    [data.version, sha256, compressed, now, actor.keyId, actor.keyName],
  );
  const [row] = await client.query<{ id: string }>(
    `select id::text as id from tollgate_data.rate_cards where sha256 = decode($1, 'hex')`,
    [sha256],
  );
  if (row === undefined) throw new Error(`expected the rate card ${sha256} to be kept, found no row`);
  return row.id;
}

export interface KeptCard {
  readonly id: string;
  readonly version: string;
  readonly sha256: string;
  readonly importedAt: Date;
}

/** Null: the library's. */
export async function selectCardInForce(client: Queries): Promise<KeptCard | null> {
  const [row] = await client.query<{ id: string; version: string; sha256: string; imported_at: Date }>(
    `select card.id::text as id, version, encode(sha256, 'hex') as sha256, imported_at
from tollgate_data.price_epoch join tollgate_data.rate_cards as card on card.id = rate_card_id`,
  );
  return row === undefined
    ? null
    : { id: row.id, version: row.version, sha256: row.sha256, importedAt: row.imported_at };
}

/** The data of a kept card. */
export async function readKeptCard(client: Queries, { id, version }: KeptCard): Promise<RateData> {
  const [row] = await client.query<{ content: Buffer }>('select content from tollgate_data.rate_cards where id = $1', [
    id,
  ]);
  if (row === undefined) throw new Error(`expected the content of the rate card ${version}, found no row`);
  const content = await promisify(gunzip)(row.content, { maxOutputLength: RATE_CARD_BYTES_MAX });
  return readRateData(JSON.parse(content.toString('utf8')), version);
}
