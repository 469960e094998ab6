import pg from 'pg';
import type { Database, Queries } from './database.ts';
import { storeFault } from './storeFault.ts';

/** `date`, as text: see database.ts. */
const DATE_OID = 1082;

/** How `pg` reads columns, the same for both stores. */
export const columnTypes = new pg.TypeOverrides();
columnTypes.setTypeParser(DATE_OID, (text: string) => text);

/** A Database over a `pg` pool; `release` is what must happen after the pool has ended. */
export function poolDatabase(kind: Database['kind'], pool: pg.Pool, release: () => Promise<void>): Database {
  // A connection that dies while idle is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The pool takes its own listener off a new connection while the session is set: the connection may die just then.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  let closing: Promise<void> | null = null;
  return {
    kind,
    query: (text, values) => rowsOf(pool, text, values),
    transaction: (work) => inTransaction(pool, work),
    close: () => (closing ??= pool.end().then(release)),
  };
}

async function rowsOf<Row extends object>(
  client: pg.Pool | pg.PoolClient,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    if (values.length > 0) return (await client.query<Row>(text, [...values])).rows;
    // Without values the simple protocol is used, which takes several statements at once and answers with a result of each.
    const results: pg.QueryResult<Row> | pg.QueryResult<Row>[] = await client.query<Row>(text);
    return (Array.isArray(results) ? results.at(-1) : results)?.rows ?? [];
  } catch (fault) {
    throw storeFault(fault);
  }
}

async function inTransaction<T>(pool: pg.Pool, work: (client: Queries) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((fault: unknown) => {
    throw storeFault(fault);
  });
  // A connection lost between two statements is reported by the next one; the event alone would end the process.
  const ignoreLoss = (): void => undefined;
  client.on('error', ignoreLoss);
  let broken: Error | boolean = false;
  try {
    await rowsOf(client, 'begin');
    const result = await work({ query: (text, values) => rowsOf(client, text, values) });
    const { command } = await client.query('commit');
    // COMMIT of a failed transaction answers ROLLBACK without an error: an ack after that would be a lie.
    if (command !== 'COMMIT') throw new Error(`expected COMMIT, the store answered ${command}`);
    return result;
  } catch (fault) {
    await client.query('rollback').catch((rollbackFault: unknown) => {
      broken = rollbackFault instanceof Error ? rollbackFault : true;
    });
    throw storeFault(fault);
  } finally {
    client.off('error', ignoreLoss);
    client.release(broken);
  }
}
