import { TollgateError } from '../../src/errors.ts';
import { type Dimension, reversalOf, rollups } from '../../src/ledger.ts';
import type { Posting } from '../../src/policy/posting.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { databaseMicros } from '../gate/policyLock.ts';
import { lockCounters } from '../gate/counters.ts';
import type { Windows } from '../gate/windows.ts';
import type { Queries } from '../store/database.ts';
import type { LedgerRow } from '../store/ledgerRows.ts';
import { addToRollup } from '../store/addToRollup.ts';
import type { Identity } from '../store/rows.ts';
import type { ErasedCounts, Erasure } from './erasure.ts';
import type { ErasureRun } from './erasureRun.ts';
import { lockNamedTraces } from './statements/lockNamedTraces.ts';
import { selectNamedSpans } from './statements/selectNamedSpans.ts';
import { selectNamedTraces } from './statements/selectNamedTraces.ts';
import { selectPostedCalls } from './statements/selectPostedCalls.ts';
import { updateNamedCalls, updateNamedSpans } from './statements/updateNamedCalls.ts';
import { updateNamedLedger } from './statements/updateNamedLedger.ts';

const TRACES_A_PAGE = 5_000;
/** Whose batch is only of its traces: a thousand ids are enough for one statement. */
const TRACES_A_BATCH = 1_000;

/** The traces that have rows of the days given, whole: what a trace says together must not fall apart in between. */
export async function eraseDays(run: ErasureRun, days: readonly string[]): Promise<void> {
  for (const day of days) {
    run.goTo(run.erasure.step, day);
    let after = '';
    for (;;) {
      const asked = { day, after, limit: TRACES_A_PAGE };
      const traces = await run.ask((client) => selectNamedTraces(client, run.erasure, asked));
      let batch: string[] = [];
      let rows = 0;
      for (const trace of traces) {
        if (batch.length > 0 && (rows + trace.rows > run.rowsABatch || batch.length >= TRACES_A_BATCH)) {
          await eraseTraces(run, batch);
          batch = [];
          rows = 0;
        }
        batch.push(trace.traceId);
        rows += trace.rows;
      }
      if (batch.length > 0) await eraseTraces(run, batch);
      const last = traces.at(-1);
      if (last === undefined || traces.length < TRACES_A_PAGE) break;
      after = last.traceId;
    }
  }
}

/** Several transactions for a trace that is larger than a batch. */
async function eraseTraces(run: ErasureRun, traceIds: readonly string[]): Promise<void> {
  let limit = run.rowsABatch;
  for (;;) {
    try {
      let found = 0;
      await run.commit(async (client) => {
        const erased = await eraseSpans(client, run, traceIds, limit);
        found = erased.spans;
        return erased.counts;
      });
      if (found < limit) return;
    } catch (fault) {
      // The tokens of one call always have room in a sum; those of several, where senders make them up, may not.
      const isTooMuch = fault instanceof TollgateError && fault.code === 'bad_request';
      if (!isTooMuch || limit === 1) throw fault;
      limit = 1;
    }
  }
}

/**
 * Locks are taken in the order in which commits take them: traces, the policy, rows, rollups, counters. All rows of a span
 * change together, and all of a trace that fits into a batch.
 */
async function eraseSpans(
  client: Queries,
  { erasure, budgets: { policies, windows } }: ErasureRun,
  traceIds: readonly string[],
  limit: number,
): Promise<{ readonly spans: number; readonly counts: ErasedCounts }> {
  const times = await lockNamedTraces(client, erasure.tenant, traceIds);
  if (times === null || times.lastMicros < times.firstMicros) return { spans: 0, counts: {} };
  const policy = await policies.current(client);
  const spans = await selectNamedSpans(client, erasure, { traceIds, times, limit });
  if (spans.length === 0) return { spans: 0, counts: {} };
  const postings = await postingsOf(client, erasure, policy, spans);
  const calls = await updateNamedCalls(client, erasure, spans);
  const plain = await updateNamedSpans(client, erasure, spans);
  const entries = await updateNamedLedger(client, erasure, spans);
  await moveSums(client, erasure, entries);
  await movePostings(client, { erasure, policy, windows }, postings);
  return { spans: spans.length, counts: { calls, spans: plain, ledger: entries.length } };
}

async function postingsOf(
  client: Queries,
  erasure: Erasure,
  policy: Policy,
  spans: readonly Identity[],
): Promise<readonly Posting[]> {
  return policy.budgets.length === 0 ? [] : selectPostedCalls(client, erasure, spans);
}

const USER: Dimension = 'user_id';

/** Takes the entries out of the sums of the id and adds them to those of the other: sums without a user stay as they are. */
async function moveSums(client: Queries, { user }: Erasure, entries: readonly LedgerRow[]): Promise<void> {
  if (entries.length === 0) return;
  const taken = entries.map((entry): LedgerRow => {
    const before = { ...entry, dimensions: { ...entry.dimensions, user_id: user } };
    return { ...before, ...reversalOf(before) };
  });
  for (const rollup of rollups.filter(({ dimensions }) => dimensions.includes(USER))) {
    await addToRollup(client, rollup, [...taken, ...entries]);
  }
}

interface Moving {
  readonly erasure: Erasure;
  readonly policy: Policy;
  readonly windows: Windows;
}

/** Books postings back under the id and books them again under the other. Alerts are not asked: nobody spent anything. */
export async function movePostings(
  client: Queries,
  { erasure: { erasedAs }, policy, windows }: Moving,
  postings: readonly Posting[],
): Promise<void> {
  if (policy.budgets.length === 0 || postings.length === 0) return;
  const before = withSharedFacts(postings);
  const after = withSharedFacts(
    postings.map((posting) => ({ ...posting, facts: { ...posting.facts, user: erasedAs } })),
  );
  const counters = await lockCounters(client, policy, windows, [...before, ...after], await databaseMicros(client));
  for (const posting of before) counters.apply({ sign: -1, posting });
  for (const posting of after) counters.apply({ sign: 1, posting });
  await counters.write(client);
}

/** One object for equal facts: budgets are matched once for each of them. */
function withSharedFacts(postings: readonly Posting[]): readonly Posting[] {
  const known = new Map<string, Posting['facts']>();
  return postings.map((posting) => {
    const key = JSON.stringify(posting.facts);
    const facts = known.get(key) ?? posting.facts;
    known.set(key, facts);
    return { ...posting, facts };
  });
}
