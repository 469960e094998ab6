import { pino } from 'pino';
import { describeProblem, readConfig, type Flags } from '../../processor/config.ts';
import { startUp } from '../../processor/startUp.ts';
import { makeTestPlace, type StoreKind } from '../support/database.ts';

/** A service in this process, and all that it logs, down to the finest. */
export interface RunningHere extends AsyncDisposable {
  /** `HOST:PORT` each. */
  readonly grpc: string;
  readonly http: string;
  readonly api: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly log: readonly string[];
}

export async function startHere(
  kind: StoreKind,
  flags: Flags = {},
  env: Readonly<Record<string, string>> = {},
): Promise<RunningHere> {
  const place = await makeTestPlace(kind);
  const ports = { grpc_port: '0', http_port: '0', api_port: '0' };
  const at = { data_dir: place.dataDir, ...(place.url === undefined ? {} : { database_url: place.url }) };
  const read = readConfig({ ...ports, ...at, ...flags }, env);
  if (!read.ok) throw new Error(read.problems.map(describeProblem).join('\n'));
  const log: string[] = [];
  const sink = pino({ level: 'trace' }, { write: (line: string) => void log.push(line) });
  const running = await startUp(read.config, '1.2.3', sink);
  return {
    ...running.addresses,
    dataDir: place.dataDir,
    databaseUrl: place.url,
    log,
    [Symbol.asyncDispose]: async () => {
      await running.stop();
      await place[Symbol.asyncDispose]();
    },
  };
}
