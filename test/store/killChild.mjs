// Commits batches until it is killed and prints the number of each batch once it is acknowledged. Plain JavaScript on the
// compiled service, because it has to be a process of its own: node killChild.mjs ROUND DATA_DIR [DATABASE_URL]
import { openDatabase } from '../../dist/processor/store/openDatabase.js';
import { createStore } from '../../dist/processor/store/createStore.js';

const [round, dataDir, databaseUrl] = process.argv.slice(2);
const COMMITTERS = 4;
const CALLS_MAX = 40;
const START_NANO = 1_795_168_800_000_000_000n;
const nobody = { agent: null, agentId: null, user: null, session: null, run: null, endpoint: null, tags: {} };
const noUsage = {
  input_uncached: null,
  cache_read: null,
  cache_write_5m: null,
  cache_write_1h: null,
  reasoning: null,
  other: {},
};

/** Batch `number` has `number % CALLS_MAX + 1` calls of one trace, which carries round and number in its id. */
function batchOf(number) {
  const traceId = `${round.padStart(16, '0')}${String(number).padStart(16, '0')}`;
  const calls = Array.from({ length: (number % CALLS_MAX) + 1 }, (_, place) => ({
    traceId,
    spanId: String(place + 1).padStart(16, '0'),
    parentSpanId: null,
    name: 'chat',
    kind: 3,
    startUnixNano: START_NANO + BigInt(place) * 1000n,
    durationNano: 1_000_000n,
    status: 'ok',
    service: 'shop',
    environment: null,
    operation: 'chat',
    own: { ...nobody, agent: `agent-${place % 3}`, session: `session-${number % 10}` },
    role: 'call',
    containerRule: null,
    dialect: 'genai',
    provider: 'openai',
    model: 'gpt-4o',
    requestModel: 'gpt-4o',
    responseModel: null,
    responseId: null,
    errorType: null,
    usage: { ...noUsage, output: 1 },
    cacheSemantics: null,
    usageSource: 'provider',
    lossy: false,
    usageFault: null,
    serviceTier: null,
    reportedCostFemtoUsd: null,
    resourceSubject: nobody,
    price: {
      status: 'priced',
      costFemtoUsd: 10_000_000_001n,
      partsFemtoUsd: { output: 10_000_000_001n },
      source: 'default',
      card: 'openai/gpt-4o',
      effectiveFrom: null,
      serviceTier: 'standard',
    },
  }));
  return { tenant: 'default', keyAgent: null, spans: [], calls };
}

const database = await openDatabase({ databaseUrl, dataDir });
const store = createStore(database, {});
let next = 0;
async function commitOn() {
  for (;;) {
    const number = next;
    next += 1;
    await store.commit(batchOf(number));
    process.stdout.write(`${number}\n`);
  }
}
await Promise.all(Array.from({ length: COMMITTERS }, commitOn));
