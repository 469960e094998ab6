// Commits batches until it is killed and prints the number of each batch once it is acknowledged. Plain JavaScript on the
// compiled service, because it has to be a process of its own: node killChild.mjs ROUND DATA_DIR [DATABASE_URL]
import { openDatabase } from '../../dist/processor/store/openDatabase.js';
import { createStore } from '../../dist/processor/store/createStore.js';
import { readSpan } from '../../dist/src/dialects/read.js';

const [round, dataDir, databaseUrl] = process.argv.slice(2);
const COMMITTERS = 4;
const CALLS_MAX = 40;
const START_NANO = 1_795_168_800_000_000_000n;

/** Call `place` of batch `number`, as the service reads it off its span. */
function readCall(traceId, number, place) {
  const startUnixNano = START_NANO + BigInt(place) * 1000n;
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 0,
    'gen_ai.usage.output_tokens': 1,
    'gen_ai.agent.name': `agent-${place % 3}`,
    'gen_ai.conversation.id': `session-${number % 10}`,
  };
  return readSpan({
    traceId,
    spanId: String(place + 1).padStart(16, '0'),
    parentSpanId: null,
    traceState: '',
    name: 'chat',
    kind: 3,
    startUnixNano,
    endUnixNano: startUnixNano + 1_000_000n,
    status: 'ok',
    statusMessage: '',
    attributes: new Map(Object.entries(attributes)),
    resource: { attributes: new Map([['service.name', 'shop']]) },
    scope: { name: '', version: '' },
  }).call;
}

/** Batch `number` has `number % CALLS_MAX + 1` calls of one trace, which carries round and number in its id. */
function batchOf(number) {
  const traceId = `${round.padStart(16, '0')}${String(number).padStart(16, '0')}`;
  const price = {
    status: 'priced',
    costFemtoUsd: 10_000_000_001n,
    partsFemtoUsd: { output: 10_000_000_001n },
    source: 'default',
    card: 'openai/gpt-4o',
    effectiveFrom: null,
    serviceTier: 'standard',
  };
  const calls = Array.from({ length: (number % CALLS_MAX) + 1 }, (_, place) => ({
    ...readCall(traceId, number, place),
    price,
  }));
  return { tenant: 'default', keyAgent: null, spans: [], calls };
}

const database = await openDatabase({ databaseUrl, dataDir });
const store = createStore(database, { settleDelayMs: 60_000 });
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
