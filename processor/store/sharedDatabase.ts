import type { Database, Queries } from './database.ts';
import { boundQuestions, type QuestionLimits, type QuestionRefusal } from './boundQuestions.ts';
import { openEmbedded } from './embeddedDatabase.ts';
import type { StorePlace } from './openDatabase.ts';
import { checkServer, openPool, type PoolOptions } from './postgresDatabase.ts';
import { QUESTION_ROWS_MAX, rowsBound, withRowsBound } from './rowsBound.ts';
import { type Share, type SharedDatabase, shares } from './shares.ts';
import { Turns } from './turns.ts';

export interface SharingOptions {
  /** Called for each question that is not answered because of a bound. */
  readonly onRefused: (reason: QuestionRefusal) => void;
  /** Replaced by a test. */
  readonly questions?: Partial<QuestionLimits>;
}

/**
 * Connections of one service to PostgreSQL, opened when they are needed and closed when idle for a minute. Ingest has two
 * lanes and what settles totals; the gate its lane, those who wait for decisions, and what ends reservations. 17 in all: of
 * PostgreSQL's 100 (`max_connections`) five replicas take 85.
 */
const CONNECTIONS: Readonly<Record<Share, number>> = { access: 2, gate: 4, ingest: 3, upkeep: 4, questions: 4 };
/** A lock that is held longer than this holds up whoever waits for it, who is then told to come again. */
const STATEMENT_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A page that asks has given up by then. */
const QUESTION_MS_MAX = 10_000;

const QUESTION_LIMITS: Readonly<Record<SharedDatabase['kind'], QuestionLimits>> = {
  postgres: {
    running: CONNECTIONS.questions,
    waitingMax: 64,
    waitMsMax: QUESTION_MS_MAX,
    statementMsMax: QUESTION_MS_MAX,
  },
  embedded: { running: 1, waitingMax: 16, waitMsMax: QUESTION_MS_MAX, statementMsMax: null },
};

/** Opens the store for the service. Throws as `openDatabase` does. */
export function openSharedDatabase(place: StorePlace, options: SharingOptions): Promise<SharedDatabase> {
  const { databaseUrl = null } = place;
  return databaseUrl === null ? shareSession(place, options) : openPools(databaseUrl, options);
}

async function openPools(databaseUrl: string, options: SharingOptions): Promise<SharedDatabase> {
  const limits = { ...QUESTION_LIMITS.postgres, ...options.questions };
  const open = (share: Share) => openPool(databaseUrl, poolOptions(share, limits));
  const pools = {
    access: open('access'),
    gate: open('gate'),
    ingest: open('ingest'),
    upkeep: open('upkeep'),
    questions: open('questions'),
  };
  await checkServer(pools.access.pool);
  const questions = boundQuestions(pools.questions.database, limits, options.onRefused);
  return {
    kind: 'postgres',
    access: pools.access.database,
    gate: pools.gate.database,
    ingest: pools.ingest.database,
    upkeep: pools.upkeep.database,
    questions: questions.database,
    waiting: (share) => (share === 'questions' ? questions.waiting() : pools[share].pool.waitingCount),
    async close() {
      await Promise.all(shares.map((share) => pools[share].database.close()));
    },
  };
}

function poolOptions(share: Share, { statementMsMax }: QuestionLimits): PoolOptions {
  return {
    applicationName: `tollgate ${share}`,
    connections: CONNECTIONS[share],
    statementTimeoutMs: share === 'questions' ? (statementMsMax ?? STATEMENT_TIMEOUT_MS) : STATEMENT_TIMEOUT_MS,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
  };
}

async function shareSession(
  { dataDir, watch }: StorePlace,
  { onRefused, questions }: SharingOptions,
): Promise<SharedDatabase> {
  const session = await openEmbedded(dataDir, watch);
  const { copyFiles } = session;
  const turns = new Turns();
  const rows = rowsBound(QUESTION_ROWS_MAX, () => onRefused('too_large'));
  const asked = withRowsBound(taking(session, turns, 'questions'), rows);
  const bound = boundQuestions(asked, { ...QUESTION_LIMITS.embedded, ...questions }, onRefused);
  return {
    kind: 'embedded',
    access: taking(session, turns, 'access'),
    gate: taking(session, turns, 'gate'),
    ingest: taking(session, turns, 'ingest'),
    upkeep: { ...taking(session, turns, 'upkeep'), ...(copyFiles === undefined ? {} : { copyFiles }) },
    questions: bound.database,
    waiting: (share) => turns.waiting(share) + (share === 'questions' ? bound.waiting() : 0),
    close: () => session.close(),
  };
}

/** The same database, each statement and each transaction in a turn of the share. */
function taking(session: Database, turns: Turns, share: Share): Database {
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const end = await turns.take(share);
    try {
      return await work();
    } finally {
      end();
    }
  }
  return {
    kind: session.kind,
    query: (text, values) => inTurn(() => session.query(text, values)),
    transaction: <T>(work: (client: Queries) => Promise<T>) => inTurn(() => session.transaction(work)),
    close: () => session.close(),
  };
}
