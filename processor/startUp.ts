import type { ServerResponse } from 'node:http';
import { setLogger } from '@grpc/grpc-js';
import { compileSources } from '../src/dialects/sources.ts';
import { createPricing } from '../src/pricing/pricing.ts';
import { createAccess, type KeyedAccess } from './access/access.ts';
import { isLoopbackName } from './access/loopback.ts';
import { createApi } from './api/createApi.ts';
import { runCommand } from './commands/table.ts';
import type { Config } from './config.ts';
import { listenControl } from './control.ts';
import { makeDataDir } from './dataDir.ts';
import { listenAt } from './listenAt.ts';
import type { Log } from './log.ts';
import { type Budgets, openBudgets, openGate } from './openGate.ts';
import { createPipeline } from './pipeline.ts';
import { createPipelineCounts } from './pipelineCounts.ts';
import { createOtlpGrpcServer } from './receive/grpc.ts';
import { createOtlpHttpServer } from './receive/http.ts';
import { createStore, type Store } from './store/createStore.ts';
import { migrate } from './store/migrate.ts';
import { openDatabase } from './store/openDatabase.ts';
import { retainRepeatedly } from './retainRepeatedly.ts';
import { settleRepeatedly } from './settleRepeatedly.ts';
import type { Database } from './store/database.ts';
import { createTelemetry, type Telemetry } from './telemetry.ts';

export interface Running {
  /** `HOST:PORT` each. */
  readonly addresses: { readonly grpc: string; readonly http: string; readonly api: string; readonly store: string };
  /** Stops taking requests, finishes those taken, then closes the store. */
  stop(): Promise<void>;
}

type Close = () => Promise<void>;

/** Opens everything in order, and closes what it opened where a later step fails. Messages are for people. */
export async function startUp(config: Config, version: string, log: Log): Promise<Running> {
  const opened: Close[] = [];
  const stop = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) {
      // What stays open ends with the process; the next is to be closed all the same, the store above all.
      await close().catch((fault: unknown) => log.error({ err: fault }, 'a part could not be closed'));
    }
  };
  try {
    makeDataDir(config.dataDir);
    const database = await openDatabase({ databaseUrl: config.databaseUrl ?? undefined, dataDir: config.dataDir });
    opened.push(() => database.close());
    await migrate(database);
    const access = createAccess(database, Date.now);
    await refuseOpenDoor(config.host, access);
    const addresses = await build({ config, version, log, database, access, opened });
    return { addresses, stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

interface Ground {
  readonly config: Config;
  readonly version: string;
  readonly log: Log;
  readonly database: Database;
  readonly access: KeyedAccess;
  readonly opened: Close[];
}

async function build({ config, version, log, database, access, opened }: Ground): Promise<Running['addresses']> {
  const telemetry = createTelemetry(version);
  const onFault = (part: string) => (fault: unknown) => {
    telemetry.faults.inc({ part });
    log.error({ err: fault, part }, 'a fault in Tollgate');
  };
  const budgets = await openBudgets({ config, database, log });
  const store = keepBooks({ config, database, log, opened, budgets }, telemetry, onFault);
  const pricing = createPricing();
  const gated = openGate({ config, database, access, pricing, telemetry, log, onFault, opened }, budgets);
  const consume = createPipeline({
    price: (call) => pricing.price(call),
    commit: (batch) => store.commit(batch),
    forward: null,
    findSource: compileSources(config.sources),
    retentionDays: config.retentionDays,
    closedBeforeMs: () => store.closedBeforeMs(),
    nowMs: Date.now,
    counts: createPipelineCounts(telemetry, log, Date.now),
  });
  const receiving = {
    consume,
    access,
    limits: { bodyBytes: config.limits.bodyBytes },
    onUnused: countUnused(telemetry, log),
    onFault: onFault('receive'),
  };
  quietGrpc(log);
  const grpcServer = createOtlpGrpcServer(receiving);
  const httpServer = createOtlpHttpServer(receiving);
  let isStopping = false;
  const api = await createApi({
    database,
    access,
    metrics: () => telemetry.registry.metrics(),
    isReady: async () => !isStopping && (await answers(database)),
    clock: () => new Date(),
    version,
    policy: gated.endpoint,
    policies: budgets.policies,
    approve: (tenant, id, verdict) => gated.gate.approve(tenant, id, verdict),
    logger: log,
  });
  api.server.on('request', (_request, response: ServerResponse) => {
    response.once('finish', () => telemetry.apiResponses.inc({ status: response.statusCode }));
  });
  // All at once: none takes requests while another still does.
  opened.push(async () => {
    isStopping = true;
    await Promise.all([grpcServer.close(), httpServer.close(), api.close()]);
  });
  const { host } = config;
  const context = { database, now: () => new Date(), keysChanged: () => access.forget() };
  const run = (name: string, args: unknown) => runCommand(context, name, args);
  const control = await listenControl(config.dataDir, run, onFault('control'));
  if (control === null) log.warn('another process answers commands in this data directory; this one takes none');
  else opened.push(() => control.close());
  return {
    grpc: await listenAt('grpc', host, config.grpcPort, (port) => grpcServer.listen(host, port)),
    http: await listenAt('http', host, config.httpPort, (port) => httpServer.listen(host, port)),
    api: await listenAt('api', host, config.apiPort, async (port) => {
      await api.listen({ host, port });
      return (api.server.address() as { port: number }).port;
    }),
    store: database.kind,
  };
}

/** The store, and what is done to it without being asked: agents' totals settled, old days closed. */
function keepBooks(
  {
    config,
    database,
    log,
    opened,
    budgets,
  }: Pick<Ground, 'config' | 'database' | 'log' | 'opened'> & {
    readonly budgets: Budgets;
  },
  telemetry: Telemetry,
  onFault: (part: string) => (fault: unknown) => void,
): Store {
  const { settleDelayMs, retentionDays } = config;
  const store = createStore(timeCommits(database, telemetry), {
    settleDelayMs,
    budgets,
    onSettled: ({ conflicts, redecided }) => {
      telemetry.providerIdConflicts.inc(conflicts);
      telemetry.callsRedecided.inc(redecided);
    },
  });
  opened.push(() => store.close());
  const settling = settleRepeatedly(store, settleDelayMs, onFault('settle'));
  opened.push(() => settling.stop());
  const onRetentionFault = onFault('retention');
  const retaining = retainRepeatedly({
    database,
    retentionDays,
    nowMs: Date.now,
    telemetry,
    log,
    onFault: onRetentionFault,
  });
  opened.push(() => retaining.stop());
  return store;
}

/** The library writes plain text to stderr; what matters of it comes through callbacks too. */
function quietGrpc(log: Log): void {
  const say = (...parts: unknown[]): void => log.debug({ part: 'grpc' }, parts.join(' '));
  setLogger({ error: say, info: say, debug: say });
}

async function refuseOpenDoor(host: string, access: KeyedAccess): Promise<void> {
  if (isLoopbackName(host) || (await access.hasKeys())) return;
  throw new Error(
    `Listening on ${host}, which others can reach, needs an API key, and there is none: anybody could read and write. ` +
      'Make one first (tollgate keys create --tenant T --scope ingest,query), or listen on 127.0.0.1.',
  );
}

async function answers(database: Database): Promise<boolean> {
  try {
    await database.query('select 1');
    return true;
  } catch {
    return false;
  }
}

function timeCommits(database: Database, telemetry: Telemetry): Database {
  return {
    ...database,
    async transaction(work) {
      const stopTimer = telemetry.transactionSeconds.startTimer();
      try {
        return await database.transaction(work);
      } finally {
        stopTimer();
      }
    },
  };
}

/** Counted each time, said once a signal. */
function countUnused(telemetry: Telemetry, log: Log): (signal: string) => void {
  const said = new Set<string>();
  return (signal) => {
    telemetry.unusedSignals.inc({ signal });
    if (said.has(signal)) return;
    said.add(signal);
    log.warn({ signal }, `${signal} are answered with success and not used: send them elsewhere`);
  };
}
