import type { Queries } from '../store/database.ts';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The rows of a question, a page at a time, inside a transaction: however many there are, one page is held. */
export async function* readPages<Row extends object>(
  client: Queries,
  { text, values }: Statement,
  pageRows: number,
): AsyncGenerator<Row[], void, undefined> {
  // All rows are wanted, not the plan that has the first one soonest, and what is summed takes its time before the first one.
  await client.query('set local cursor_tuple_fraction = 1; set local statement_timeout = 0');
  await client.query(`declare tollgate_pages no scroll cursor for ${text}`, values);
  try {
    for (;;) {
      const rows = await client.query<Row>(`fetch ${pageRows} from tollgate_pages`);
      if (rows.length > 0) yield rows;
      if (rows.length < pageRows) return;
    }
  } finally {
    await client.query('close tollgate_pages');
  }
}
