import type { Queries } from '../../store/database.ts';

const ofEndpoint = `
update tollgate_data.webhook_deliveries
set state = 'dead', last_answer = $2, done_at = statement_timestamp()
where state = 'pending' and endpoint = $1
returning alert_id`;

/** Nothing that waits for this endpoint is sent any more. Returns how many those were. */
export async function endDeliveriesOf(queries: Queries, endpoint: string, answer: string): Promise<number> {
  return (await queries.query(ofEndpoint, [endpoint, answer])).length;
}

const ofOthers = `
update tollgate_data.webhook_deliveries
set state = 'dead', last_answer = 'the endpoint is not in the configuration', done_at = statement_timestamp()
where state = 'pending' and endpoint <> all($1::text[]) and next_at < statement_timestamp() - $2::double precision * interval '1 millisecond'
returning alert_id`;

/** What waits longer than so for an endpoint that is not one of these; a replica with a newer file may know it. Returns how many. */
export async function endUnknownDeliveries(
  queries: Queries,
  endpoints: readonly string[],
  waitMs: number,
): Promise<number> {
  return (await queries.query(ofOthers, [endpoints, waitMs])).length;
}
