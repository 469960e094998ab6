import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import { createStore } from '../../processor/store/createStore.ts';
import type { Database } from '../../processor/store/database.ts';
import { readSpan } from '../../src/dialects/read.ts';
import { wantedKeys } from '../../src/dialects/wantedKeys.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import { traceExport, type ChatCall } from './exports.ts';

/** Stores calls as an export of them would be, without a service. */
export async function storeCalls(database: Database, tenant: string, calls: readonly ChatCall[]): Promise<void> {
  const { spans } = decodeTraces('json', Buffer.from(traceExport(calls)), wantedKeys);
  const pricing = createPricing();
  const priced = spans.flatMap((span) => {
    const read = readSpan(span);
    return read.kind === 'call' ? [pricing.price(read.call)] : [];
  });
  const store = createStore(database, { settleDelayMs: 60_000 });
  await store.commit({ tenant, keyAgent: null, spans: [], calls: priced });
  await store.close();
}
