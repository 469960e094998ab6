/**
 * What a million calls take on disk: fills a store through the real service and asks PostgreSQL for the sizes of its tables
 * with their indexes. The embedded store has the same tables; of it the directory is measured.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startBenchPostgres, startTollgate, type Receiver } from './ingestServers.ts';
import { createPayloadSource, type PayloadOptions } from './payloads.ts';
import { printTable } from './table.ts';

const isShort = process.argv.includes('--short');
const EXPORTS = isShort ? 8 : 400;
const SPANS_AN_EXPORT = 500;
/** Spans lie over a day, as a day's partition and its hours do. */
const DAY_NANO = 86_400_000_000_000n;
const MIB = 1024 * 1024;

const payloads: readonly (PayloadOptions & { readonly name: string })[] = [
  { name: 'calls alone', spans: SPANS_AN_EXPORT, seed: 1, genAiShare: 1 },
  { name: 'a quarter calls', spans: SPANS_AN_EXPORT, seed: 2, genAiShare: 0.25 },
];

async function fill(receiver: Receiver, options: PayloadOptions): Promise<{ calls: number; others: number }> {
  const source = createPayloadSource(options);
  const startUnixNano = BigInt(Date.now()) * 1_000_000n - DAY_NANO;
  for (let index = 0; index < EXPORTS; index += 1) {
    const body = source.next(startUnixNano + (BigInt(index) * DAY_NANO) / BigInt(EXPORTS));
    const headers = { 'content-type': 'application/x-protobuf' };
    const answer = await fetch(`${receiver.otlpUrl}/v1/traces`, { method: 'POST', headers, body: Buffer.from(body) });
    if (answer.status !== 200) throw new Error(`expected 200, the service answered ${answer.status}`);
    await answer.arrayBuffer();
  }
  const calls = EXPORTS * source.genAiSpans;
  return { calls, others: EXPORTS * (source.spans - source.genAiSpans) };
}

interface TableSize {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Of each table, its partitions taken together. `vacuum` first, as autovacuum does in time. */
async function sizesOf(databaseUrl: string): Promise<TableSize[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('vacuum analyze');
    const { rows } = await client.query<{ name: string; rows: string; bytes: string }>(
      `select regexp_replace(c.relname, '_\\d{8}$', '') as name,
         sum(greatest(c.reltuples, 0))::bigint as rows, sum(pg_total_relation_size(c.oid))::bigint as bytes
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'tollgate_data' and c.relkind = 'r' group by 1
       having sum(greatest(c.reltuples, 0)) > 100 order by 3 desc`,
    );
    return rows.map((row) => ({ name: row.name, rows: Number(row.rows), bytes: Number(row.bytes) }));
  } finally {
    await client.end();
  }
}

function directoryBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

const postgres = await startBenchPostgres();
try {
  for (const [index, { name, ...options }] of payloads.entries()) {
    const databaseUrl = await postgres.makeDatabase(`size_${index}`);
    const receiver = await startTollgate(name, databaseUrl);
    const { calls, others } = await fill(receiver, options);
    await receiver.stop();
    const sizes = await sizesOf(databaseUrl);
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    const perMillion = (bytes: number): number => (bytes / MIB / calls) * 1e6;
    printTable(
      `PostgreSQL, ${name}: ${calls} calls, ${others} other spans`,
      ['table', 'rows', 'bytes a row', 'MiB a million calls'],
      [...sizes, { name: 'all', rows: 0, bytes: total }].map(({ name: table, rows, bytes }) => [
        table,
        rows === 0 ? null : rows,
        rows === 0 ? null : bytes / rows,
        perMillion(bytes),
      ]),
    );
  }
} finally {
  await postgres.stop();
}

const rows: (string | number)[][] = [];
for (const { name, ...options } of payloads) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tollgate-bench-size-'));
  const receiver = await startTollgate(name, null, ['--data-dir', dataDir]);
  try {
    const before = directoryBytes(dataDir);
    const { calls, others } = await fill(receiver, options);
    const bytes = directoryBytes(dataDir) - before;
    rows.push([name, calls, others, before / MIB, bytes / MIB, (bytes / MIB / calls) * 1e6]);
  } finally {
    await receiver.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
printTable(
  'Embedded store, its directory with the log of at most 128 MiB that is still in it',
  ['payload', 'calls', 'other spans', 'MiB when new', 'MiB more', 'MiB a million calls'],
  rows,
);
