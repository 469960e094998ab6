/**
 * How long what people look at takes over a filled PostgreSQL (bench/fiveMillion.ts): every question of the page's first view, lists,
 * single rows, and every query of the Grafana dashboards. A question is asked several times, after once to warm up.
 * Run: node dist/bench/questions.js [--keep DIR | --use URL] [--rounds N] [--only TEXT|panels]; an empty store is filled first.
 */
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openFilled } from './filledPlace.ts';
import { type Receiver, startTollgate } from './ingestServers.ts';
import { measurePanels, PANEL_COLUMNS } from './panels.ts';
import { type ApiQuestion, apiQuestions, type Samples } from './questionList.ts';
import { printMachine, printTable, quantile, spread, type TableCell } from './table.ts';

const { values: flags } = parseArgs({
  options: {
    use: { type: 'string' },
    keep: { type: 'string' },
    calls: { type: 'string', default: '5000000' },
    days: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
  },
});
const { use, keep, only } = flags;
const rounds = Number(flags.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new Error(`--rounds: expected a whole number, found "${flags.rounds}"`);
}

/** As many as a browser opens to one place. */
const BROWSER_CONNECTIONS = 6;
const agent = new Agent({ keepAlive: true, maxSockets: BROWSER_CONNECTIONS });

interface Answer {
  readonly ms: number;
  readonly status: number;
  readonly body: string;
}

function ask(base: string, path: string): Promise<Answer> {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, base), { agent }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        resolve({ ms: performance.now() - startMs, status: incoming.statusCode ?? 0, body });
      });
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** Rows of a list, or of the longest list in an answer. */
function rowsOf(body: string): number {
  const answer = JSON.parse(body) as object;
  const lengths = Object.values(answer).map((value: unknown) => (Array.isArray(value) ? value.length : 0));
  return Math.max(Array.isArray(answer) ? answer.length : 0, ...lengths);
}

const COLUMNS = ['question', 'rows', 'kB', 'p50 ms', 'p95 ms', 'least–most', 'goal ms', 'met'];

async function measure({ apiUrl }: Receiver, { name, path, goalMs }: ApiQuestion): Promise<TableCell[]> {
  const first = await ask(apiUrl, path);
  if (first.status !== 200) return [name, `answered ${first.status}`, null, first.ms, null, null, goalMs, 'no'];
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push((await ask(apiUrl, path)).ms);
  const p50 = quantile(times, 0.5);
  const met = goalMs === null ? null : p50 <= goalMs ? 'yes' : 'no';
  const size = Number((first.body.length / 1000).toPrecision(3));
  return [name, rowsOf(first.body), size, p50, quantile(times, 0.95), spread(times), goalMs, met];
}

/** All of the first view as a browser asks it: at once, over a few connections; until the last answer. */
async function measureFirstView({ apiUrl }: Receiver, questions: readonly ApiQuestion[]): Promise<TableCell[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startMs = performance.now();
    await Promise.all(questions.map(({ path }) => ask(apiUrl, path)));
    times.push(performance.now() - startMs);
  }
  const p50 = quantile(times, 0.5);
  return [
    'all of these at once',
    questions.length,
    null,
    p50,
    quantile(times, 0.95),
    spread(times),
    1000,
    p50 <= 1000 ? 'yes' : 'no',
  ];
}

async function readSamples(client: pg.Client): Promise<{ samples: Samples; about: string }> {
  const { rows } = await client.query<Samples>(
    `select user_id as user, session_id as session, run_id as run, encode(trace_id, 'hex') as "traceId", encode(span_id, 'hex') as "spanId"
from tollgate_data.calls where tenant = 'default' and started_at < now() - interval '2 days' and charge = 'charged' order by started_at desc limit 1`,
  );
  const [samples] = rows;
  if (samples === undefined) throw new Error(`expected a store with calls, found none`);
  const counts = await client.query<{ calls: string; sessions: string; gib: string }>(
    `select (select sum(calls) from tollgate_data.rollup_daily) as calls, (select count(distinct session_id) from tollgate_data.session_daily) as sessions,
  round(pg_database_size(current_database()) / 1073741824.0, 1) as gib`,
  );
  const [{ calls, sessions, gib } = { calls: '0', sessions: '0', gib: '0' }] = counts.rows;
  return { samples, about: `${Number(calls).toLocaleString('en-US')} calls, ${sessions} sessions, ${gib} GiB` };
}

const filled = await openFilled({ use, keep, calls: Number(flags.calls), days: Number(flags.days) });
const { databaseUrl } = filled;
const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
printMachine();
const { samples, about } = await readSamples(client);
process.stdout.write(`- ${about}; ${rounds} rounds of each question\n`);
const receiver = await startTollgate('Tollgate', databaseUrl);
try {
  const questions = apiQuestions(Date.now(), samples).filter(({ name }) => name.includes(only));
  const first = questions.filter(({ isFirstView }) => isFirstView);
  const firstRows: TableCell[][] = [];
  for (const question of first) firstRows.push(await measure(receiver, question));
  if (first.length > 0) firstRows.push(await measureFirstView(receiver, first));
  printTable('The first view of the page', COLUMNS, firstRows);
  const otherRows: TableCell[][] = [];
  for (const question of questions) if (!question.isFirstView) otherRows.push(await measure(receiver, question));
  printTable('Other questions', COLUMNS, otherRows);
  if (only === '' || only === 'panels') {
    const panels = await measurePanels(databaseUrl, samples, rounds);
    printTable('Queries of the Grafana dashboards, over 30 days', PANEL_COLUMNS, panels);
  }
} finally {
  await receiver.stop();
  await client.end();
  agent.destroy();
  await filled.stop();
}
