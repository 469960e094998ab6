/**
 * Check-then-add, for comparison: what a call may cost is compared with what is spent, then the call is made, then its cost
 * is added. It answers the two routes of the policy API that the benchmarks use, on the same PostgreSQL.
 * With ADDS=ask the bound is added with the question, in a statement of its own, and corrected by the settlement.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { BOUND_FEMTO_USD, costFemtoUsd } from './gateCalls.ts';

const FEMTO = 1e15;
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
const addsAtOnce = process.env['ADDS'] === 'ask';
const bound = Number(BOUND_FEMTO_USD) / FEMTO;

await pool.query('select pg_advisory_lock(1)');
await pool.query(
  'create table if not exists budget (name text primary key, lim float8 not null, spent float8 not null)',
);
await pool.query('select pg_advisory_unlock_all()');

const server = createServer((incoming, response) => {
  const answer = async (): Promise<object> => {
    const body = JSON.parse((await text(incoming)) || '{}') as Record<string, unknown>;
    const url = incoming.url ?? '';
    if (url === '/budget') {
      await pool.query('insert into budget values ($1, $2, 0) on conflict (name) do update set lim = $2', [
        body['name'],
        body['limit'],
      ]);
      return {};
    }
    if (url === '/spent') return (await pool.query('select lim, spent from budget')).rows[0] as object;
    if (url.endsWith('/settlement')) {
      const { input_uncached: input = 0, output = 0 } = body['usage'] as { input_uncached?: number; output?: number };
      const cost = Number(costFemtoUsd(input, output)) / FEMTO;
      await pool.query('update budget set spent = spent + $1', [addsAtOnce ? cost - bound : cost]);
      return { cost_usd: String(cost) };
    }
    const { rows } = await pool.query<{ lim: number; spent: number }>('select lim, spent from budget');
    const fits = rows.every(({ lim, spent }) => spent + bound <= lim);
    if (fits && addsAtOnce) await pool.query('update budget set spent = spent + $1', [bound]);
    return { decision_id: 'naive', effect: fits ? 'allow' : 'deny', reserved_usd: String(bound), reasons: [] };
  };
  answer().then(
    (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    (fault: unknown) => response.writeHead(500).end(String(fault)),
  );
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  process.stdout.write(`ready api=127.0.0.1:${address.port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
