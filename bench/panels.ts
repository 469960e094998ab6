import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { makeGrafanaRole } from '../processor/commands/grafanaRole.ts';
import type { CommandContext } from '../processor/commands/command.ts';
import { openDatabase } from '../processor/store/openDatabase.ts';
import { chooseValues, expandSql } from '../test/dashboards/choices.ts';
import { type Dashboard, type Panel, readDashboards } from '../test/dashboards/dashboards.ts';
import { intervalOf } from '../test/dashboards/variables.ts';
import { checkOf } from './panelChecks.ts';
import type { Samples } from './questionList.ts';
import { quantile, spread, type TableCell } from './table.ts';

/** Of the repository's root: this file runs from dist/bench. */
const FOLDER = fileURLToPath(new URL('../../dashboards/grafana/', import.meta.url));
const DAYS = 30;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Pixels of a wide panel. */
const POINTS = 1_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const TENANT = 'default';

export const PANEL_COLUMNS = ['dashboard', 'panel', 'query', 'rows', 'p50 ms', 'p95 ms', 'least–most', 'held against'];

interface Asked {
  readonly client: pg.Client;
  readonly rounds: number;
  readonly samples: Samples;
}

/** Queries run as Grafana's do: under a role of `tollgate grafana-role`, made for it and dropped afterwards. */
async function withRole<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const database = await openDatabase({ databaseUrl, dataDir: '' });
  const context: CommandContext = { database, now: () => new Date(), keysChanged: () => undefined };
  const { data } = await makeGrafanaRole(context, { tenant: TENANT });
  const { role, password } = data as { readonly role: string; readonly password: string };
  const url = new URL(databaseUrl);
  url.username = role;
  url.password = password;
  const client = new pg.Client({ connectionString: url.href, statement_timeout: STATEMENT_TIMEOUT_MS });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
    await database.query(`delete from tollgate_data.sql_roles where role_name = $1`, [role]);
    await database.query(`drop owned by ${role}; drop role ${role}`);
    await database.close();
  }
}

/** Every query of every panel over the last 30 days, as its dashboard opens; a trace, a session and a run are chosen. */
export async function measurePanels(databaseUrl: string, samples: Samples, rounds: number): Promise<TableCell[][]> {
  return withRole(databaseUrl, async (client) => {
    const rows: TableCell[][] = [];
    for (const dashboard of readDashboards(FOLDER)) {
      const values = await opened({ client, rounds, samples }, dashboard);
      for (const panel of dashboard.panels)
        rows.push(...(await measurePanel({ client, rounds, samples }, dashboard, panel, values)));
    }
    return rows;
  });
}

const range = (intervalMs: number) => {
  const toMs = Date.now();
  const fromMs = Math.floor((toMs - DAYS * DAY_MS) / DAY_MS) * DAY_MS;
  const wantedMs = intervalOf(toMs - fromMs, POINTS, HOUR_MS);
  return { from: new Date(fromMs), to: new Date(toMs), intervalMs: Math.max(wantedMs, intervalMs) };
};

type Values = Awaited<ReturnType<typeof chooseValues>>;

async function opened({ client, samples }: Asked, dashboard: Dashboard): Promise<Values> {
  const askNames = async (sql: string): Promise<string[]> => {
    const { rows } = await client.query<string[]>({ text: sql, rowMode: 'array' });
    return rows.map(([name]) => name ?? '');
  };
  const values: Record<string, string> = { tenant: TENANT, trace_id: samples.traceId };
  return chooseValues(dashboard, range(HOUR_MS), { timezone: 'UTC', values }, askNames);
}

/** What a dashboard needs to be asked at all; the others open with everything. */
const chosenBy: Readonly<Record<string, (traceId: string) => Readonly<Record<string, string>>>> = {
  'tollgate-agent': () => ({ agent: 'support-bot' }),
  'tollgate-trace': (traceId) => ({ trace_id: traceId }),
};

async function measurePanel(
  { client, rounds, samples: { traceId } }: Asked,
  { uid }: Dashboard,
  panel: Panel,
  values: Values,
): Promise<TableCell[][]> {
  const hours = Number(panel.interval?.replace(/h$/, '') ?? 1);
  const rows: TableCell[][] = [];
  const check = await checkOf(uid, panel.title, range(HOUR_MS), chosenBy[uid]?.(traceId) ?? {});
  for (const { refId, rawSql, hide } of panel.targets) {
    if (rawSql === undefined || hide === true) continue;
    const text = expandSql(rawSql, range(hours * HOUR_MS), values);
    const times: number[] = [];
    let found = 0;
    // The first is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const startMs = performance.now();
      const result = await client.query({ text, rowMode: 'array' }).catch((fault: unknown) => String(fault));
      times.push(performance.now() - startMs);
      if (typeof result === 'string') {
        rows.push([uid, panel.title, refId, result, times[0] ?? null, null, null, check]);
        break;
      }
      found = result.rows.length;
    }
    const counted = times.slice(1);
    if (counted.length === rounds) {
      rows.push([
        uid,
        panel.title,
        refId,
        found,
        quantile(counted, 0.5),
        quantile(counted, 0.95),
        spread(counted),
        check,
      ]);
    }
  }
  return rows;
}
