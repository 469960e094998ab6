import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { setLogger } from '@grpc/grpc-js';
import { compileSources } from '../src/dialects/sources.ts';
import type { ErrorCode } from '../src/errors.ts';
import { createAccess, type KeyedAccess } from './access/access.ts';
import type { Caller } from './access/caller.ts';
import { isLoopbackName } from './access/loopback.ts';
import { answerCommands } from './answerCommands.ts';
import { createApi } from './api/createApi.ts';
import type { Config } from './config.ts';
import { makeDataDir } from './dataDir.ts';
import { createForwardExport, type ForwardExport } from './forward/forwardExport.ts';
import { openForwarder } from './forward/forwarder.ts';
import { type Decoding, openDecoding } from './jsonThread/decoding.ts';
import { keepBooks } from './keepBooks.ts';
import { listenAt } from './listenAt.ts';
import { createErasures, type Erasures } from './erasure/erasures.ts';
import type { Log } from './log.ts';
import { type Budgets, openBudgets, openGate } from './openGate.ts';
import { openPrices } from './openPrices.ts';
import { openRepricing } from './openRepricing.ts';
import { createPipeline } from './pipeline.ts';
import { PAGE_DIRECTORY, readPageFiles } from './page/pageFiles.ts';
import { createPipelineCounts } from './pipelineCounts.ts';
import type { PriceBook } from './prices/priceBook.ts';
import type { Consumers } from './receive/consume.ts';
import { createOtlpGrpcServer } from './receive/grpc.ts';
import { createOtlpHttpServer } from './receive/http.ts';
import { migrate } from './store/migrate.ts';
import { openSharedDatabase } from './store/sharedDatabase.ts';
import type { Store } from './store/createStore.ts';
import type { SharedDatabase } from './store/shares.ts';
import type { Database } from './store/database.ts';
import { createTelemetry, type Telemetry } from './telemetry.ts';
import { tellQueues } from './tellQueues.ts';
import { openTls, type ServedTls } from './tls/servedTls.ts';

export interface Running {
  /** `HOST:PORT` each. */
  readonly addresses: { readonly grpc: string; readonly http: string; readonly api: string; readonly store: string };
  /** From now on `/readyz` answers 503; requests are still taken. */
  leave(): void;
  /** Stops taking requests, finishes those taken, then closes the store. */
  stop(): Promise<void>;
}

type Close = () => Promise<void>;

const MS_A_SECOND = 1_000;

/** What a stop waits for spans that are just being passed on; the others are on disk. */
const FORWARD_GRACE_MS = 1_000;

/**
 * Opens everything in order, and closes what it opened where a later step fails. Messages are for people. `onLost`: the store is
 * gone for this process.
 */
export async function startUp(
  config: Config,
  version: string,
  log: Log,
  onLost: (fault: unknown) => void = () => undefined,
): Promise<Running> {
  const opened: Close[] = [];
  const stop = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) {
      // What stays open ends with the process; the next is to be closed all the same, the store above all.
      await close().catch((fault: unknown) => log.error({ err: fault }, 'a part could not be closed'));
    }
  };
  try {
    makeDataDir(config.dataDir);
    const telemetry = createTelemetry(version);
    const readiness = { isLeaving: false };
    const shared = await openSharedDatabase(
      { ...config, watch: { log, onLost } },
      { onRefused: (reason) => telemetry.questionsRefused.inc({ reason }) },
    );
    opened.push(() => shared.close());
    await migrate(shared.upkeep);
    const access = createAccess(shared.access, Date.now);
    await refuseOpenDoor(config.host, access);
    const addresses = await build({ config, version, log, telemetry, shared, access, opened, readiness });
    return { addresses, leave: () => void (readiness.isLeaving = true), stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

interface Ground {
  readonly config: Config;
  readonly version: string;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly shared: SharedDatabase;
  readonly access: KeyedAccess;
  readonly opened: Close[];
  readonly readiness: { isLeaving: boolean };
}

async function build(ground: Ground): Promise<Running['addresses']> {
  const { config, version, log, telemetry, shared, access, opened } = ground;
  const onFault = (part: string) => (fault: unknown) => {
    telemetry.faults.inc({ part });
    log.error({ err: fault, part }, 'a fault in Tollgate');
  };
  const tls = serveTls(ground);
  const budgets = await openBudgets({ config, database: shared.gate, log });
  const store = keepBooks({ ...ground, budgets }, onFault);
  const erasures = openErasures({ ...ground, budgets }, onFault('erasure'));
  const prices = await openPrices(ground, onFault('prices'));
  const repricing = openRepricing({ ...ground, budgets, prices });
  const gated = openGate({ config, shared, access, prices, telemetry, log, onFault, opened }, budgets);
  const consume = await openPipeline(ground, store, prices, onFault('forward'));
  const receiving = {
    consume,
    access,
    tls,
    limits: { bodyBytes: config.limits.bodyBytes },
    admit: ({ tenant }: Caller) => store.admit(tenant),
    onUnused: countUnused(telemetry, log),
    onRefused: (code: ErrorCode) => telemetry.refusedRequests.inc({ code }),
    onFault: onFault('receive'),
  };
  quietGrpc(log);
  const grpcServer = createOtlpGrpcServer(receiving);
  const httpServer = createOtlpHttpServer(receiving);
  const api = await createApi({
    database: shared.questions,
    access,
    metrics: () => {
      tellQueues(telemetry, store, shared);
      return telemetry.registry.metrics();
    },
    isReady: async () => !ground.readiness.isLeaving && (await answers(shared.access)),
    clock: () => new Date(),
    version,
    tls,
    policy: gated.endpoint,
    page: { files: readPageFiles(PAGE_DIRECTORY), admit: (headers) => access.admitWithoutKey(headers) },
    policies: budgets.policies,
    prices,
    approve: (tenant, id, verdict) => gated.gate.approve(tenant, id, verdict),
    erase: (tenant, user, actor) => erasures.erase(tenant, user, actor),
    reprice: (request, actor) => repricing.reprice(request, actor),
    logger: log,
  });
  api.server.on('request', (_request, response: ServerResponse) => {
    response.once('finish', () => telemetry.apiResponses.inc({ status: response.statusCode }));
  });
  // All at once: none takes requests while another still does.
  opened.push(async () => void (await Promise.all([grpcServer.close(), httpServer.close(), api.close()])));
  // Before these: whoever waits for an erasure is answered.
  opened.push(() => erasures.stop());
  opened.push(() => repricing.stop());
  await answerCommands(
    { ...ground, prices, repricing, dataDir: config.dataDir, database: shared.upkeep, questions: shared.questions },
    onFault('control'),
  );
  return {
    grpc: await listenAt('grpc', config.host, config.grpcPort, (port) => grpcServer.listen(config.host, port)),
    http: await listenAt('http', config.host, config.httpPort, (port) => httpServer.listen(config.host, port)),
    api: await listenAt('api', config.host, config.apiPort, async (port) => {
      await api.listen({ host: config.host, port });
      return (api.server.address() as { port: number }).port;
    }),
    store: shared.kind,
  };
}

async function openPipeline(
  ground: Ground,
  store: Store,
  prices: PriceBook,
  onForwardFault: (fault: unknown) => void,
): Promise<Consumers> {
  const { config, telemetry, log, opened } = ground;
  const decoding = openDecoding(opened);
  return createPipeline({
    decoding,
    prices,
    commit: (batch) => store.commit(batch),
    forward: await openForward(ground, decoding, onForwardFault),
    findSource: compileSources(config.sources),
    retentionDays: config.retentionDays,
    closedBeforeMs: () => store.closedBeforeMs(),
    nowMs: Date.now,
    counts: createPipelineCounts(telemetry, log, Date.now),
  });
}

/** Goes on with erasures that an earlier process, or another replica, did not end. */
function openErasures(
  { shared, telemetry, log, opened, budgets }: Ground & { readonly budgets: Budgets },
  onFault: (fault: unknown) => void,
): Erasures {
  const erasures = createErasures({ database: shared.upkeep, budgets, nowMs: Date.now, telemetry, log, onFault });
  opened.push(() => erasures.stop());
  return erasures;
}

/** Opened before the listeners, so that it is closed after them: what they took is in its queue. */
async function openForward(
  { config, telemetry, log, opened }: Ground,
  decoding: Decoding,
  onFault: (fault: unknown) => void,
): Promise<ForwardExport | null> {
  if (config.forward === null) return null;
  const forwarder = await openForwarder(config.forward, { dataDir: config.dataDir, telemetry, log, onFault });
  opened.push(() => forwarder.close(FORWARD_GRACE_MS));
  return createForwardExport(forwarder, (json, tenant) => decoding.encode(json, tenant));
}

function serveTls({ config, telemetry, log, opened }: Ground): ServedTls | null {
  if (config.tls === null) return null;
  const onServed = (notAfterMs: number): void => telemetry.tlsNotAfterSeconds.set(notAfterMs / MS_A_SECOND);
  const tls = openTls(config.tls, { log, nowMs: Date.now, onServed });
  opened.push(async () => tls.close());
  return tls;
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

/** Whoever asks has a deadline of his own, and no answer would be taken for a process that is gone. */
const ANSWER_MS_MAX = 2_000;

async function answers(database: Database): Promise<boolean> {
  const late = new AbortController();
  try {
    const asked = database.query('select 1').then(() => true);
    return await Promise.race([asked, delay(ANSWER_MS_MAX, false, { signal: late.signal })]);
  } catch {
    return false;
  } finally {
    late.abort();
  }
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
