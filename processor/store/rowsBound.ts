import { TollgateError } from '../../src/errors.ts';
import type { Database, Queries, RowsBound } from './database.ts';

export const QUESTION_ROWS_MAX = 250_000;

export function rowsBound(max: number, onRefused: () => void): RowsBound {
  return {
    max,
    refuse() {
      onRefused();
      return new TollgateError(
        'question_too_large',
        `The question reads too many rows for the embedded store, which does nothing else meanwhile: expected at most about ${max} to be added up. ` +
          'A shorter period reads less, and so do groups and filters that rollups have (no tags); PostgreSQL answers it.',
      );
    },
  };
}

/** The same database, whose readers find the bound beside its `query`. */
export function withRowsBound(database: Database, bound: RowsBound): Database {
  return {
    kind: database.kind,
    rowsBound: bound,
    query: (text, values) => database.query(text, values),
    transaction: <T>(work: (client: Queries) => Promise<T>) =>
      database.transaction((client) => work({ query: (text, values) => client.query(text, values), rowsBound: bound })),
    close: () => database.close(),
  };
}
